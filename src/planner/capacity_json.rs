//! The JSON of a capacity count: what `seriesbook capacity --json` prints for each kind of series.

use serde_json::{Value, json};

use super::capacity::Capacity;
use super::document;
use super::reason::Reason;
use super::utilization::Week;

impl Capacity {
    /// One object per template:
    ///
    /// - `series` its id; `fits` how many more fit at least; `limit_reached` whether counting ended there;
    /// - `reason` why none fits, a sentence or null; `first_start`, `last_start` dates or null; `starts` every start;
    /// - `binding` the kind that binds or null; `one_more` per kind `{kind, adds, limit_reached}`;
    /// - `one_more_day` per kind tried `{kind, resource, weekday, adds, limit_reached}`;
    /// - `weeks` `{from, to, kinds: [{kind, open_minutes, taken_minutes, taken_with_minutes}]}`.
    ///
    /// `words` puts a reason in a person's language, `name` gives resource ids their names; kinds stay ids.
    pub fn to_json(&self, words: &dyn Fn(&Reason) -> String, name: &dyn Fn(&str) -> String) -> Value {
        let starts: Vec<String> = self.starts().into_iter().map(document::day).collect();
        let one_more = self
            .one_more
            .iter()
            .map(|gain| json!({"kind": gain.kind, "adds": gain.adds, "limit_reached": gain.limit_reached}));
        let one_more_day = self.one_more_day.iter().map(|gain| {
            json!({
                "kind": gain.kind,
                "resource": name(&gain.resource),
                "weekday": document::weekday(gain.weekday),
                "adds": gain.adds,
                "limit_reached": gain.limit_reached,
            })
        });
        json!({
            "series": self.template,
            "fits": self.courses.len(),
            "limit_reached": self.limit_reached,
            "reason": self.reason.as_ref().map(words),
            "first_start": starts.first(),
            "last_start": starts.last(),
            "starts": starts,
            "binding": self.binding,
            "one_more": one_more.collect::<Vec<_>>(),
            "one_more_day": one_more_day.collect::<Vec<_>>(),
            "weeks": self.weeks.iter().map(week_json).collect::<Vec<_>>(),
        })
    }
}

fn week_json(week: &Week) -> Value {
    let kinds = week.kinds.iter().map(|kind| {
        json!({
            "kind": kind.kind,
            "open_minutes": kind.open,
            "taken_minutes": kind.taken,
            "taken_with_minutes": kind.taken_with,
        })
    });
    json!({
        "from": document::day(week.from),
        "to": document::day(week.to),
        "kinds": kinds.collect::<Vec<_>>(),
    })
}
