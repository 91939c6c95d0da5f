//! The wishes of a patient that are kept for later planning.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::ids::ResourceId;

/// Wishes kept for a patient: what they can and would rather do, without anything that hangs on one plan (pinned and
/// dropped visits). Empty or `None` is "no such wish".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptWishes {
    /// How many treatments.
    pub visits: Option<i64>,
    /// Not before this date.
    pub from: Option<NaiveDate>,
    /// Weekdays that work; empty for any.
    pub days: Vec<Weekday>,
    /// Weekdays they would rather have.
    pub rather: Vec<Weekday>,
    /// Times between which treatments lie, minutes after the site's midnight.
    pub hours: Option<(i64, i64)>,
    /// Whether those times are a must.
    pub hours_must: bool,
    /// With whom.
    pub with: Option<ResourceId>,
    /// Whether the person is a must.
    pub with_must: bool,
    /// Dates away, both ends included.
    pub away: Vec<(NaiveDate, NaiveDate)>,
}

impl KeptWishes {
    /// Whether nothing is wished.
    pub fn is_empty(&self) -> bool {
        let bare = Self { hours_must: self.hours_must, with_must: self.with_must, ..Self::default() };
        *self == bare
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_wishes_survive_storage() {
        let wishes = KeptWishes {
            visits: Some(6),
            days: vec![Weekday::Mon, Weekday::Tue],
            hours: Some((0, 720)),
            hours_must: true,
            with: Some(ResourceId::new()),
            ..KeptWishes::default()
        };
        let text = serde_json::to_string(&wishes).expect("JSON");
        assert_eq!(serde_json::from_str::<KeptWishes>(&text).expect("the same"), wishes);
    }

    #[test]
    fn a_must_without_a_wish_is_no_wish() {
        assert!(KeptWishes { hours_must: true, with_must: true, ..KeptWishes::default() }.is_empty());
        assert!(!KeptWishes { visits: Some(5), ..KeptWishes::default() }.is_empty());
    }
}
