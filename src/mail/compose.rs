//! From the rows as they are now to one rendered message; the calendar part is made from the same instants as the words.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::dress::dress;
use super::messages::check_in::CheckIn;
use super::messages::course_booked::CourseBooked;
use super::messages::course_changed::CourseChanged;
use super::messages::course_held::CourseHeld;
use super::messages::decision_told::DecisionTold;
use super::messages::driver_asked::{DriverAsked, Why};
use super::messages::driver_declined::DriverDeclined;
use super::messages::driver_last_call::DriverLastCall;
use super::messages::driver_released::DriverReleased;
use super::messages::estimate_ready::EstimateReady;
use super::messages::fresh_link::FreshLink;
use super::messages::getting_ready::GettingReady;
use super::messages::intake_form::{self, IntakeForm};
use super::messages::intention_asked::IntentionAsked;
use super::messages::next_visit::{Call, NextVisit};
use super::messages::patient_reminder::{DriverState, PatientReminder};
use super::messages::quiet_days::QuietDays;
use super::messages::quiet_evening::QuietEvening;
use super::messages::talk_wanted::TalkWanted;
use super::messages::visit_booked::VisitBooked;
use super::messages::visit_moved::{MovedVisit, VisitMoved};
use super::messages::visits_cancelled::VisitsCancelled;
use super::render::{CalendarPart, Method, Rendered};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::Companion;
use crate::domain::drivers::PickUp;
use crate::domain::ids::AppointmentId;
use crate::domain::message_rules::is_soon;
use crate::domain::messages::Stage;
use crate::domain::patients::first_name;
use crate::store::appointments::Appointment;
use crate::store::drivers::Driver;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::store::wordings::Wording;
use crate::words::Words;
use crate::words::format::Format;

/// What a message is made from, as it is true now.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The catalogue.
    pub w: Words,
    /// Dates and times for the site.
    pub f: Format,
    /// Who writes.
    pub site: &'a Site,
    /// Whose visits it is about.
    pub patient: &'a Patient,
    /// What it is about.
    pub stage: Stage,
    /// The visit it is about.
    pub appointment: Option<&'a Appointment>,
    /// The course it is about.
    pub series: Option<&'a Series>,
    /// The coming visits it is about, by start; for a cancellation the canceled ones too.
    pub visits: &'a [Appointment],
    /// The driver it goes to or speaks of.
    pub driver: Option<&'a Driver>,
    /// Whether that driver said yes.
    pub drive_confirmed: bool,
    /// Whether somebody is named and has not said no.
    pub driver_named: bool,
    /// The visits from which the driver takes the patient home only.
    pub home_only: &'a [AppointmentId],
    /// How wide the pick-up is.
    pub pick_up: PickUp,
    /// What the present state cannot tell: `{"moved":[{"appointment","from","to"}]}` `{"cancelled":[...]}`
    /// `{"added":[...],"gone":[...]}` or `{"visits":[...]}` (a driver's visits, the talk after a treatment); what a driver cannot do,
    /// `{"driver":id,"wrong_address":bool}`;
    /// for a call to the next visit `{"counts_from":...}`; for an intake `{"intake":id}`; `{"estimate":...}`; `{"decision":id}`; for a
    /// fresh link `{"link":id}`, the one it replaces, with its `series` and `intake`.
    pub details: &'a Value,
    /// The reader's link.
    pub url: &'a str,
    /// Where a calendar program sends a reply.
    pub organizer_email: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// Until when the times are kept.
    pub hold_until: Option<DateTime<Utc>>,
}

/// Why a message could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A fact it needs is not there.
    #[error("the message needs {0}")]
    Missing(&'static str),
    /// Everything it would tell is no longer so.
    #[error("there is nothing left to tell")]
    NothingToTell,
    /// The HTML template failed.
    #[error("the message's template failed: {0}")]
    Template(#[from] askama::Error),
}

/// Renders the message of a stage in the program's words.
///
/// # Errors
/// [`ComposeError`] when a needed fact is missing or nothing is left to tell.
pub fn compose(facts: &Facts<'_>) -> Result<Rendered, ComposeError> {
    compose_in(facts, &[])
}

/// Renders the message of a stage, with the clinic's own words where it has some.
///
/// # Errors
/// [`ComposeError`] when a needed fact is missing or nothing is left to tell.
pub fn compose_in(facts: &Facts<'_>, own: &[Wording]) -> Result<Rendered, ComposeError> {
    dress(facts, plain(facts)?, own)
}

fn plain(facts: &Facts<'_>) -> Result<Rendered, ComposeError> {
    Ok(match facts.stage {
        Stage::SeriesBooked => facts.course_booked()?,
        Stage::SeriesHeld => facts.course_held()?,
        Stage::SeriesChanged => facts.course_changed()?,
        Stage::VisitBooked => facts.visit_booked()?,
        Stage::VisitMoved => facts.visit_moved()?,
        Stage::VisitCancelled => facts.visits_cancelled()?,
        Stage::PatientReminder => facts.patient_reminder()?,
        Stage::DriverLastCall => facts.driver_last_call()?,
        Stage::DriverDeclined => facts.driver_declined()?,
        Stage::DriverAsked => facts.driver_asked(Why::Asked)?,
        Stage::DriverReminder => facts.driver_asked(Why::Reminder { confirmed: facts.drive_confirmed })?,
        Stage::DriverMoved => facts.driver_asked(Why::Moved { was: facts.old_time() })?,
        Stage::DriverReleased => facts.driver_released()?,
        Stage::MoodCheckIn => facts.mood_check_in()?,
        Stage::Phq9CheckIn => facts.phq9_check_in()?,
        Stage::BoosterInvitation => facts.next_visit(Call::Invited)?,
        Stage::BoosterRecommended => facts.next_visit(Call::Recommended)?,
        Stage::BoosterOverdue => facts.next_visit(Call::Overdue)?,
        Stage::IntakePacket => facts.intake_form(intake_form::Why::Sent)?,
        Stage::IntakeNudge => facts.intake_form(intake_form::Why::NotBack)?,
        Stage::IntakeWords => facts.intake_form(intake_form::Why::Words)?,
        Stage::Intention => facts.intention_asked()?,
        Stage::Prompt24h => facts.quiet_days(false)?,
        Stage::Prompt48h => facts.quiet_days(true)?,
        Stage::Estimate => facts.estimate_ready()?,
        Stage::DecisionTold => facts.decision_told()?,
        Stage::GettingReady => facts.getting_ready()?,
        Stage::QuietEvening => facts.quiet_evening()?,
        Stage::TalkWanted => facts.talk_wanted()?,
        Stage::FreshLink | Stage::DriverFreshLink => facts.fresh_link()?,
    })
}

impl Facts<'_> {
    fn course_booked(&self) -> Result<Rendered, ComposeError> {
        let coming = self.with_status(AppointmentStatus::Booked);
        if coming.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        let companion_wanted = self.companion_wanted(&coming);
        let visits = coming.iter().map(|visit| self.visit_words(visit)).collect();
        let soon = coming.first().is_some_and(|visit| is_soon(visit.starts_at, self.now));
        let message = CourseBooked { reader: self.to_patient(), visits, companion_wanted, soon };
        Ok(message.render(Some(self.published(&coming)))?)
    }

    fn course_held(&self) -> Result<Rendered, ComposeError> {
        let until = self
            .hold_until
            .or_else(|| self.series.and_then(|series| series.hold_until))
            .ok_or(ComposeError::Missing("the end of the hold"))?;
        let held = self.with_status(AppointmentStatus::Held);
        if held.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        let visits = held.iter().map(|visit| self.visit_words(visit)).collect();
        Ok(CourseHeld { reader: self.to_patient(), visits, until: self.f.long_when(until) }.render()?)
    }

    fn course_changed(&self) -> Result<Rendered, ComposeError> {
        let mut coming = self.with_status(AppointmentStatus::Booked);
        coming.retain(|visit| visit.starts_at > self.now);
        let gone = self.with_status(AppointmentStatus::Cancelled);
        if coming.is_empty() && gone.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        let is_new = |visit: &&&Appointment| self.is_added(visit);
        let soon = coming.first().filter(is_new).is_some_and(|visit| is_soon(visit.starts_at, self.now));
        let message = CourseChanged {
            reader: self.to_patient(),
            visits: coming.iter().map(|visit| self.visit_words(visit)).collect(),
            paused: self.series.is_some_and(|series| series.paused_at.is_some()),
            companion_wanted: self.companion_wanted(&coming),
            soon,
        };
        Ok(message.render(Some(self.published_with(&coming, &gone)))?)
    }

    fn visit_booked(&self) -> Result<Rendered, ComposeError> {
        let visit = self.visit()?;
        let message = VisitBooked {
            reader: self.to_patient(),
            visit: self.visit_words(visit),
            companion_wanted: self.companion_wanted(&[visit]),
            soon: is_soon(visit.starts_at, self.now),
            confirmed: visit.confirmed_at.is_some(),
        };
        // A visit that came back brings its coaching's calendar entry back as well.
        let entries = if self.details.get("visits").is_some() { self.asked_visits()? } else { vec![visit] };
        Ok(message.render(Some(self.published(&entries)))?)
    }

    fn visit_moved(&self) -> Result<Rendered, ComposeError> {
        let old_times = self.moved()?;
        let mut moved = Vec::new();
        let mut changed = Vec::new();
        for visit in self.known().into_iter().filter(|visit| visit.status.is_ahead()) {
            let Some((_, was)) = old_times.iter().find(|(id, _)| *id == visit.id.to_string()) else {
                continue;
            };
            // Moved there and back before the mail went: nothing to tell.
            if *was != visit.starts_at {
                moved.push(MovedVisit { was: self.f.long_when(*was), now: self.visit_words(visit) });
                changed.push(visit);
            }
        }
        if moved.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        let driven = changed.iter().find(|visit| visit.needs_driver()).filter(|_| self.driver_named);
        let asked_again = driven.map(|visit| visit.companion);
        let calendar = self.sent_to(self.patient.email.as_deref(), Method::Request, &changed, false);
        let message = VisitMoved { reader: self.to_patient(), moved, asked_again };
        Ok(message.render(Some(calendar))?)
    }

    fn visits_cancelled(&self) -> Result<Rendered, ComposeError> {
        let ids: Vec<&str> = self
            .details
            .get("cancelled")
            .and_then(Value::as_array)
            .ok_or(ComposeError::Missing("the canceled visits"))?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        // One that was put back into the book meanwhile is not told of.
        let off: Vec<&Appointment> = self
            .known()
            .into_iter()
            .filter(|visit| visit.status == AppointmentStatus::Cancelled)
            .filter(|visit| ids.contains(&visit.id.to_string().as_str()))
            .collect();
        if off.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        let calendar = self.sent_to(self.patient.email.as_deref(), Method::Cancel, &off, false);
        let message = VisitsCancelled {
            reader: self.to_patient(),
            visits: off.iter().map(|visit| self.visit_words(visit)).collect(),
            others_stay: !self.with_status(AppointmentStatus::Booked).is_empty(),
        };
        Ok(message.render(some_parts(calendar))?)
    }

    fn patient_reminder(&self) -> Result<Rendered, ComposeError> {
        let visit = self.visit()?;
        let driver = match (visit.needs_driver(), self.driver_first_name()) {
            (false, _) => DriverState::NotNeeded,
            (true, Some(name)) if self.drive_confirmed => DriverState::Confirmed(name),
            (true, Some(name)) if self.driver_named => DriverState::Asked(name),
            (true, _) => DriverState::Missing,
        };
        let message = PatientReminder {
            reader: self.to_patient(),
            visit: self.visit_words(visit),
            confirmed: visit.confirmed_at.is_some(),
            driver,
            companion: visit.companion,
        };
        Ok(message.render()?)
    }

    fn driver_last_call(&self) -> Result<Rendered, ComposeError> {
        let asked = if self.driver_named { self.driver_first_name() } else { None };
        let companion = self.visit()?.companion;
        let visit = self.visit_words(self.visit()?);
        Ok(DriverLastCall { reader: self.to_patient(), visit, asked, companion }.render()?)
    }

    fn driver_declined(&self) -> Result<Rendered, ComposeError> {
        let driver = self.driver_first_name().ok_or(ComposeError::Missing("the driver"))?;
        let told: Vec<&Appointment> = match self.appointment {
            Some(visit) => vec![visit],
            None => self.visits.iter().collect(),
        };
        let companion = told.first().map(|visit| visit.companion).ok_or(ComposeError::NothingToTell)?;
        let message = DriverDeclined {
            reader: self.to_patient(),
            visits: told.iter().map(|visit| self.visit_words(visit)).collect(),
            driver,
            companion,
            wrong_address: self.is_wrong_address(),
        };
        Ok(message.render()?)
    }

    fn next_visit(&self, call: Call) -> Result<Rendered, ComposeError> {
        // A call that counts from nothing was planned by nobody.
        self.details.get("counts_from").ok_or(ComposeError::Missing("the visit it counts from"))?;
        Ok(NextVisit { reader: self.to_patient(), call }.render()?)
    }

    fn driver_asked(&self, why: Why) -> Result<Rendered, ComposeError> {
        let driver = self.driver()?;
        let visits = self.asked_visits()?;
        let email = driver.email.as_deref();
        let calendar = match &why {
            Why::Asked => Some(self.sent_to(email, Method::Publish, &visits, true)),
            Why::Moved { .. } => Some(self.sent_to(email, Method::Request, &visits, true)),
            Why::Reminder { .. } => None,
        };
        let drives = visits.iter().map(|visit| self.drive_words(visit)).collect();
        let message = DriverAsked {
            reader: self.to_driver(driver),
            patient: first_name(self.patient.called()).to_owned(),
            drives,
            why,
            companion: visits.first().map_or(Companion::Driver, |visit| visit.companion),
        };
        Ok(message.render(calendar)?)
    }

    fn mood_check_in(&self) -> Result<Rendered, ComposeError> {
        self.visit()?;
        Ok(CheckIn { reader: self.to_patient(), is_weekly: false }.render()?)
    }

    fn phq9_check_in(&self) -> Result<Rendered, ComposeError> {
        // With no visit ahead the course is over, and so are its questions.
        if self.visits.is_empty() {
            return Err(ComposeError::NothingToTell);
        }
        Ok(CheckIn { reader: self.to_patient(), is_weekly: true }.render()?)
    }

    /// The visits a driver is asked for: those the details name (`{"visits":[...]}`), else the one visit.
    pub(super) fn asked_visits(&self) -> Result<Vec<&Appointment>, ComposeError> {
        let Some(ids) = self.details.get("visits").and_then(Value::as_array) else {
            return Ok(vec![self.visit()?]);
        };
        let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
        let asked: Vec<&Appointment> = self
            .known()
            .into_iter()
            .filter(|visit| (visit.status.is_ahead() && visit.starts_at > self.now) || visit.status.is_here())
            .filter(|visit| ids.contains(&visit.id.to_string().as_str()))
            .collect();
        if asked.is_empty() { Err(ComposeError::NothingToTell) } else { Ok(asked) }
    }

    fn intake_form(&self, why: intake_form::Why) -> Result<Rendered, ComposeError> {
        self.details.get("intake").ok_or(ComposeError::Missing("the intake"))?;
        Ok(IntakeForm { reader: self.to_patient(), why }.render()?)
    }

    fn driver_released(&self) -> Result<Rendered, ComposeError> {
        let (visit, driver) = (self.visit()?, self.driver()?);
        let calendar = self.sent_to(driver.email.as_deref(), Method::Cancel, &[visit], true);
        let message = DriverReleased {
            reader: self.to_driver(driver),
            patient: first_name(self.patient.called()).to_owned(),
            day: self.f.long_day(self.f.date_of(visit.starts_at)),
            when: self.f.long_when(visit.starts_at),
            companion: visit.companion,
        };
        Ok(message.render(some_parts(calendar))?)
    }

    fn intention_asked(&self) -> Result<Rendered, ComposeError> {
        let visit = self.visit()?;
        let mut reader = self.to_patient();
        reader.url = format!("{}/intention/{}", self.url, visit.id);
        Ok(IntentionAsked { reader, visit: self.visit_words(visit) }.render()?)
    }

    fn quiet_days(&self, second: bool) -> Result<Rendered, ComposeError> {
        let over = self.visit()?;
        let talk = self
            .known()
            .into_iter()
            .find(|visit| visit.id != over.id && visit.status.is_ahead() && visit.starts_at > self.now);
        let talk = talk.map(|visit| self.visit_words(visit));
        Ok(QuietDays { reader: self.to_patient(), second, talk }.render()?)
    }

    fn decision_told(&self) -> Result<Rendered, ComposeError> {
        self.details.get("decision").ok_or(ComposeError::Missing("the decision"))?;
        Ok(DecisionTold { reader: self.to_patient() }.render()?)
    }
    fn getting_ready(&self) -> Result<Rendered, ComposeError> {
        let visit = self.visit()?;
        let confirmed = visit.confirmed_at.is_some();
        let companion = visit.companion;
        let visit = self.visit_words(visit);
        Ok(GettingReady { reader: self.to_patient(), visit, confirmed, companion }.render()?)
    }

    fn quiet_evening(&self) -> Result<Rendered, ComposeError> {
        self.visit()?;
        Ok(QuietEvening { reader: self.to_patient() }.render()?)
    }

    fn talk_wanted(&self) -> Result<Rendered, ComposeError> {
        self.details.get("decision").ok_or(ComposeError::Missing("the decision"))?;
        Ok(TalkWanted { reader: self.to_patient() }.render()?)
    }

    fn fresh_link(&self) -> Result<Rendered, ComposeError> {
        self.details.get("link").ok_or(ComposeError::Missing("the link it replaces"))?;
        let message = if self.stage.is_for_driver() {
            let patient = first_name(self.patient.called()).to_owned();
            FreshLink { reader: self.to_driver(self.driver()?), patient: Some(patient) }
        } else {
            FreshLink { reader: self.to_patient(), patient: None }
        };
        Ok(message.render()?)
    }

    fn estimate_ready(&self) -> Result<Rendered, ComposeError> {
        let id = self.details.get("estimate").and_then(Value::as_str);
        let id = id.ok_or(ComposeError::Missing("the estimate"))?;
        let mut reader = self.to_patient();
        reader.url = format!("{}/estimate/{id}", self.url);
        Ok(EstimateReady { reader }.render()?)
    }
}

/// Nothing rather than a calendar part without a calendar.
fn some_parts(calendar: CalendarPart) -> Option<CalendarPart> {
    Some(calendar).filter(|calendar| !calendar.parts.is_empty())
}
