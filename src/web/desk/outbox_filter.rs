//! What the outbox page is asked for: the tab, whose messages, words, stage, day, and where the page begins; and the addresses that
//! keep it.

use axum::http::Uri;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::actions::outbox_search::Search;
use crate::domain::ids::PatientId;
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::time::day_bounds;
use crate::store::outbox::Place;
use crate::web::kit::Fields;
use crate::web::kit::fields::parse_date;
use crate::words::Words;

/// Longest text that is looked for, in characters.
const MAX_TYPED: usize = 120;
/// How far ahead waiting messages are listed unless something else is asked for.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// Far enough to hold every message.
const EVER: TimeDelta = TimeDelta::days(3650);

/// A tab.
#[derive(Clone, Copy, Debug)]
pub struct Tab {
    /// Its name in the address.
    pub name: &'static str,
    /// The key of its words.
    pub words: &'static str,
    /// The key of what is said when it is empty.
    pub empty: &'static str,
    /// The states it shows.
    pub statuses: &'static [MessageStatus],
}

/// Every tab, in order.
pub const TABS: [Tab; 5] = [
    Tab {
        name: "waiting",
        words: "outbox-tab-waiting",
        empty: "outbox-empty-waiting",
        statuses: &[MessageStatus::Pending],
    },
    Tab {
        name: "sent",
        words: "outbox-tab-sent",
        empty: "outbox-empty-sent",
        statuses: &[MessageStatus::Sent],
    },
    Tab {
        name: "failed",
        words: "outbox-tab-failed",
        empty: "outbox-empty-failed",
        statuses: &[MessageStatus::Failed],
    },
    Tab {
        name: "held",
        words: "outbox-tab-held",
        empty: "outbox-empty-held",
        statuses: &[MessageStatus::Held],
    },
    Tab {
        name: "not-needed",
        words: "outbox-tab-not-needed",
        empty: "outbox-empty-not-needed",
        statuses: &[MessageStatus::NotNeeded, MessageStatus::Superseded, MessageStatus::Expired],
    },
];

/// The tab of a name; the first for any other.
pub fn tab(name: &str) -> Tab {
    TABS.into_iter().find(|tab| tab.name == name).unwrap_or(TABS[0])
}

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The tab.
    pub tab: Tab,
    /// Whose messages; `Err` for a text that is no id.
    pub patient: Result<Option<PatientId>, ()>,
    /// Words.
    pub typed: String,
    /// About what.
    pub stage: Option<Stage>,
    /// Due on which day.
    pub day: Option<NaiveDate>,
    /// Behind which place.
    pub after: Option<Place>,
}

impl Filter {
    /// Reads an address; a day that cannot be read is said at its field.
    pub fn read(w: Words, uri: &Uri) -> (Self, Fields) {
        let mut fields = Fields::from_query(uri);
        let day = match fields.get("day") {
            "" => None,
            typed => {
                let day = parse_date(typed);
                if day.is_none() {
                    fields.fail("day", w.t("outbox-day-wrong"));
                }
                day
            }
        };
        let typed: String = fields.get("q").chars().take(MAX_TYPED).collect();
        fields.set("q", typed.clone());
        let patient = match fields.get("patient") {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| ()),
        };
        let filter = Self {
            tab: tab(fields.get("show")),
            patient,
            typed,
            stage: Stage::parse(fields.get("stage")),
            day,
            after: read_place(fields.get("after")),
        };
        (filter, fields)
    }

    /// Whether less than a whole tab was asked for.
    pub fn is_narrow(&self) -> bool {
        self.is_of_one() || !self.typed.is_empty() || self.stage.is_some() || self.day.is_some()
    }

    /// Whether one patient's messages were asked for.
    pub fn is_of_one(&self) -> bool {
        matches!(self.patient, Ok(Some(_)))
    }

    /// As the search takes it.
    pub fn search(&self, zone: Tz, now: DateTime<Utc>) -> Search<'_> {
        let waits = self.tab.statuses == [MessageStatus::Pending];
        let (from, until) = match self.day {
            Some(day) => {
                let (from, until) = day_bounds(zone, day);
                (from, until - TimeDelta::microseconds(1))
            }
            None if waits && !self.is_narrow() => (DateTime::UNIX_EPOCH, now + AHEAD),
            None => (DateTime::UNIX_EPOCH, now + EVER),
        };
        Search {
            statuses: self.tab.statuses,
            patient: self.patient.ok().flatten(),
            typed: &self.typed,
            stage: self.stage,
            from,
            until,
            after: self.after,
            soonest_first: waits,
        }
    }

    /// The address of a tab with the same wishes, beginning behind a place.
    pub fn href(&self, tab: &str, after: Option<Place>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", tab);
        if let Ok(Some(patient)) = self.patient {
            query.append_pair("patient", &patient.to_string());
        }
        if !self.typed.is_empty() {
            query.append_pair("q", &self.typed);
        }
        if let Some(stage) = self.stage {
            query.append_pair("stage", stage.as_str());
        }
        if let Some(day) = self.day {
            query.append_pair("day", &day.to_string());
        }
        if let Some(place) = after {
            query.append_pair("after", &format!("{}.{}", place.due_at.timestamp_micros(), place.id));
        }
        format!("/outbox?{}", query.finish())
    }
}

fn read_place(text: &str) -> Option<Place> {
    let (micros, id) = text.split_once('.')?;
    let due_at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    // A place nobody's message can have would not fit the database's times.
    let plausible = (DateTime::UNIX_EPOCH..DateTime::UNIX_EPOCH + TimeDelta::days(365_000)).contains(&due_at);
    plausible.then_some(Place { due_at, id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::MessageId;

    fn read(query: &str) -> (Filter, Fields) {
        Filter::read(Words::default(), &format!("/outbox?{query}").parse().expect("an address"))
    }

    #[test]
    fn an_address_survives_the_way_through_the_page() {
        let id = PatientId::new();
        let (filter, _) =
            read(&format!("show=sent&patient={id}&q=a+%26+b&stage=driver_asked&day=2026-12-01"));
        let place = Place { due_at: DateTime::UNIX_EPOCH + TimeDelta::microseconds(7), id: MessageId::new() };
        let (again, fields) = read(filter.href("failed", Some(place)).trim_start_matches("/outbox?"));
        assert!(fields.is_ok());
        assert_eq!((again.tab.name, again.typed.as_str()), ("failed", "a & b"));
        assert_eq!((again.patient, again.stage), (Ok(Some(id)), Some(Stage::DriverAsked)));
        assert_eq!((again.day, again.after), (NaiveDate::from_ymd_opt(2026, 12, 1), Some(place)));
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing_and_a_wrong_day_is_said() {
        let (filter, fields) = read("show=all&patient=x&stage=x&day=9999-99-99&after=99999999999999999.x");
        assert_eq!((filter.tab.name, filter.patient), ("waiting", Err(())));
        assert!(filter.stage.is_none() && filter.day.is_none() && filter.after.is_none());
        assert!(fields.error("day").is_some());
    }
}
