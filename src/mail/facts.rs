//! What the makers of messages take from the facts: the visits in question, old times, words, calendar parts.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::calendar::{self, Entry, Organizer, Parties};
use super::compose::{ComposeError, Facts};
use super::letter::Clinic;
use super::messages::driver_asked::DriveWords;
use super::messages::{Reader, VisitWords};
use super::render::{CalendarPart, Method};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::{Companion, Venue};
use crate::domain::patients::first_name;
use crate::store::appointments::Appointment;
use crate::store::drivers::Driver;

impl Facts<'_> {
    pub(super) fn visit(&self) -> Result<&Appointment, ComposeError> {
        self.appointment.ok_or(ComposeError::Missing("the visit"))
    }

    pub(super) fn driver(&self) -> Result<&Driver, ComposeError> {
        self.driver.ok_or(ComposeError::Missing("the driver"))
    }

    pub(super) fn driver_first_name(&self) -> Option<String> {
        self.driver.map(|driver| first_name(&driver.full_name).to_owned())
    }

    /// The visits, and the one visit if it is not among them, by start.
    pub(super) fn known(&self) -> Vec<&Appointment> {
        let mut known: Vec<&Appointment> = self.visits.iter().collect();
        if let Some(visit) = self.appointment.filter(|one| known.iter().all(|other| other.id != one.id)) {
            known.push(visit);
        }
        known.sort_by_key(|visit| (visit.starts_at, visit.id));
        known
    }

    pub(super) fn with_status(&self, status: AppointmentStatus) -> Vec<&Appointment> {
        self.visits.iter().filter(|visit| visit.status == status).collect()
    }

    /// The moved visits' ids with their old starts.
    pub(super) fn moved(&self) -> Result<Vec<(String, DateTime<Utc>)>, ComposeError> {
        let rows = self
            .details
            .get("moved")
            .and_then(Value::as_array)
            .ok_or(ComposeError::Missing("the moved visits"))?;
        Ok(rows
            .iter()
            .filter_map(|row| {
                let id = row.get("appointment")?.as_str()?.to_owned();
                let from = DateTime::parse_from_rfc3339(row.get("from")?.as_str()?).ok()?;
                Some((id, from.to_utc()))
            })
            .collect())
    }

    /// Whether the change it tells of added a visit to the course.
    pub(super) fn is_added(&self, visit: &Appointment) -> bool {
        let id = visit.id.to_string();
        let added = self.details.get("added").and_then(Value::as_array);
        added.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(&id)))
    }

    /// Whether mail to the driver it speaks of reached somebody else.
    pub(super) fn is_wrong_address(&self) -> bool {
        self.details.get("wrong_address").and_then(Value::as_bool).unwrap_or(false)
    }

    /// The old time of the one visit, if the message's details have it.
    pub(super) fn old_time(&self) -> Option<String> {
        let visit = self.appointment?;
        let moved = self.moved().ok()?;
        let (_, was) = moved.iter().find(|(id, _)| *id == visit.id.to_string())?;
        (*was != visit.starts_at).then(|| self.f.long_when(*was))
    }

    pub(super) fn visit_words(&self, visit: &Appointment) -> VisitWords {
        let day = self.f.long_day(self.f.date_of(visit.starts_at));
        let span = self
            .w
            .f("mail-span", [("from", &self.f.time(visit.starts_at)), ("to", &self.f.time(visit.ends_at))]);
        VisitWords {
            when: self.w.f("mail-on", [("day", &day), ("span", &span)]),
            day,
            place: calendar::place(self.w, self.site, visit),
            at_clinic: visit.venue == Venue::Clinic,
        }
    }

    /// Who is still to be named for these visits.
    pub(super) fn companion_wanted(&self, visits: &[&Appointment]) -> Option<Companion> {
        let needing = visits.iter().find(|visit| visit.needs_driver()).filter(|_| !self.driver_named);
        needing.map(|visit| visit.companion)
    }

    /// One drive in a driver's words, or one stay in a sitter's, as the visit stands now.
    pub(super) fn drive_words(&self, visit: &Appointment) -> DriveWords {
        let (from, to) = visit.pick_up(self.pick_up, self.now);
        let (first, last) = self.f.between(from, to);
        // Who stays with a patient at home is there from the start.
        let home_only = visit.companion == Companion::Driver && self.home_only.contains(&visit.id);
        DriveWords {
            day: self.f.long_day(self.f.date_of(visit.starts_at)),
            bring_by: (!home_only).then(|| self.f.time(visit.starts_at)),
            home: self.w.f("pick-up-between", [("from", &first), ("to", &last)]),
            free_until: self.f.time(calendar::driver_free_until(visit).max(to)),
        }
    }

    pub(super) fn to_patient(&self) -> Reader {
        self.reader(first_name(self.patient.called()))
    }

    pub(super) fn to_driver(&self, driver: &Driver) -> Reader {
        self.reader(first_name(&driver.full_name))
    }

    pub(super) fn reader(&self, called: &str) -> Reader {
        Reader {
            w: self.w,
            clinic: Clinic::of(self.site, self.f),
            called: called.to_owned(),
            url: self.url.to_owned(),
        }
    }

    pub(super) fn published(&self, visits: &[&Appointment]) -> CalendarPart {
        self.sent_to(None, Method::Publish, visits, false)
    }

    fn organizer(&self) -> Organizer<'_> {
        Organizer { name: &self.site.name, email: self.organizer_email }
    }

    /// One calendar of a course: what takes place, and what is off, which a calendar program then strikes out.
    pub(super) fn published_with(&self, visits: &[&Appointment], off: &[&Appointment]) -> CalendarPart {
        let entries = |visits: &[&Appointment]| -> Vec<Entry> {
            visits.iter().map(|visit| calendar::visit_entry(self.w, self.site, visit)).collect()
        };
        let text = calendar::publish_changed(&entries(visits), &entries(off), self.organizer(), self.now);
        CalendarPart { method: Method::Publish, parts: vec![text] }
    }

    /// A calendar part to one reader. REQUEST and CANCEL name whom they go to; without an address the part is a PUBLISH, and
    /// there is none of a cancellation then.
    pub(super) fn sent_to(
        &self,
        email: Option<&str>,
        method: Method,
        visits: &[&Appointment],
        for_driver: bool,
    ) -> CalendarPart {
        let entry = |visit: &&Appointment| -> Entry {
            let home_only = for_driver && self.home_only.contains(&visit.id);
            let home_from = home_only.then(|| visit.pick_up(self.pick_up, self.now).0);
            match (for_driver, method) {
                (true, Method::Cancel) => {
                    calendar::released_drive_entry(self.w, self.site, visit, home_from, self.now)
                }
                (true, _) => calendar::drive_entry(self.w, self.site, visit, home_from, self.now),
                (false, _) => calendar::visit_entry(self.w, self.site, visit),
            }
        };
        let entries: Vec<Entry> = visits.iter().map(entry).collect();
        let parties = email.map(|attendee_email| Parties {
            organizer_name: &self.site.name,
            organizer_email: self.organizer_email,
            attendee_email,
        });
        let parts = match (method, parties) {
            (Method::Request, Some(parties)) => {
                entries.iter().map(|entry| calendar::request(entry, parties, self.now)).collect()
            }
            (Method::Cancel, Some(parties)) => {
                entries.iter().map(|entry| calendar::cancel(entry, parties, self.now)).collect()
            }
            (Method::Cancel, None) => Vec::new(),
            (Method::Publish, _) | (Method::Request, None) => {
                return CalendarPart {
                    method: Method::Publish,
                    parts: vec![calendar::publish(&entries, self.organizer(), self.now)],
                };
            }
        };
        CalendarPart { method, parts }
    }
}
