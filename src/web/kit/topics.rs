//! The choice of topics of messages, on the patient's page and on the staff's: boxes, what always comes, and what was changed.

use super::Fields;
use crate::domain::mail_topics::Topic;
use crate::store::preferences::Preference;
use crate::words::Words;

/// The field of the boxes.
const TOPICS: &str = "topics";
/// What was ticked when the form was made: only what somebody changed since is written, so that a form that lay open does not
/// switch on again what was switched off by mail meanwhile.
const SHOWN: &str = "shown";

/// The boxes: value and words.
pub fn choices(w: Words) -> Vec<(String, String)> {
    Topic::ALL.iter().map(|topic| (topic.to_string(), w.t(topic.word_key()))).collect()
}

/// What comes whatever is ticked.
pub fn always(w: Words) -> Vec<String> {
    vec![
        w.t("preferences-always-visits"),
        w.t("preferences-always-reminders"),
        w.t("preferences-always-driver"),
        w.t("preferences-always-forms"),
    ]
}

/// The form with what is wanted now.
pub fn fill(said: &[Preference]) -> Fields {
    let mut fields = Fields::new();
    let is_wanted = |topic: Topic| said.iter().find(|one| one.topic == topic).is_none_or(|one| one.wanted);
    let wanted: Vec<&str> =
        Topic::ALL.iter().copied().filter(|topic| is_wanted(*topic)).map(Topic::as_str).collect();
    for topic in &wanted {
        fields.add(TOPICS, *topic);
    }
    fields.set(SHOWN, wanted.join(","));
    fields
}

/// The topics somebody ticked or unticked.
pub fn changes(fields: &Fields) -> Vec<(Topic, bool)> {
    let shown: Vec<&str> = fields.get(SHOWN).split(',').collect();
    Topic::ALL
        .iter()
        .copied()
        .map(|topic| (topic, fields.checked(TOPICS, topic.as_str()), shown.contains(&topic.as_str())))
        .filter(|(_, is, was)| is != was)
        .map(|(topic, is, _)| (topic, is))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_somebody_changed_is_a_change() {
        let fields = Fields::parse(b"topics=check_ins&topics=next_visit&shown=check_ins,quiet_days");
        assert_eq!(changes(&fields), [(Topic::QuietDays, false), (Topic::NextVisit, true)]);
    }

    #[test]
    fn what_nobody_spoke_of_is_ticked() {
        let fields = fill(&[]);
        assert!(Topic::ALL.iter().all(|topic| fields.checked("topics", topic.as_str())));
        assert!(changes(&fields).is_empty());
    }
}
