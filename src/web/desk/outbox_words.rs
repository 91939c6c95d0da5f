//! A message of the ledger in words: to whom, about what, how it stands, what can be done with it.

use std::collections::HashMap;

use crate::domain::bounces::HELD;
use crate::domain::ids::{AppointmentId, DriverId, MessageId, PatientId};
use crate::domain::messages::MessageStatus;
use crate::store::appointments::Appointment;
use crate::store::bounces::Bounce;
use crate::store::drivers::Driver;
use crate::store::messages::Message;
use crate::store::outbox::{DROPPED, NO_DECISION};
use crate::store::patients::Patient;
use crate::store::{StoreError, Tx};
use crate::web::kit::back::with_back;
use crate::words::Words;
use crate::words::format::Format;

use super::visit_words::near;

/// What a list of messages speaks of, read in four queries.
pub struct About {
    patients: HashMap<PatientId, Patient>,
    drivers: HashMap<DriverId, Driver>,
    visits: HashMap<AppointmentId, Appointment>,
    came_back: HashMap<MessageId, Bounce>,
    is_held: bool,
}

/// A message as the pages show it.
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// When it goes or went.
    pub when: String,
    /// "Ana Ruiz".
    pub to: String,
    /// "a…@example.com".
    pub address: String,
    /// "Reminder: Infusion, Wed, Dec 2, 10:00 AM".
    pub about: String,
    /// Class and glyph of the state.
    pub class: &'static str,
    /// Decoration beside the state.
    pub glyph: &'static str,
    /// "Waiting".
    pub state: String,
    /// "Goes at 10:04 AM".
    pub detail: String,
    /// "May have arrived twice: …".
    pub twice: Option<String>,
    /// What can be done: the last part of the POST's address, and its words.
    pub acts: Vec<(&'static str, String)>,
    /// Where a missing or refused address is put right.
    pub fix: Option<String>,
    /// The chart.
    pub chart: String,
}

impl About {
    /// Reads whom and which visits these messages are about.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(tx: &mut Tx, messages: &[Message]) -> Result<Self, StoreError> {
        let patients: Vec<PatientId> = messages.iter().map(|one| one.patient_id).collect();
        let drivers: Vec<DriverId> = messages.iter().filter_map(|one| one.driver_id).collect();
        let visits: Vec<AppointmentId> = messages.iter().filter_map(|one| one.appointment_id).collect();
        let sent = messages.iter().filter(|one| one.status == MessageStatus::Sent);
        let sent: Vec<MessageId> = sent.map(|one| one.id).collect();
        Ok(Self {
            patients: tx.patients_by_ids(&patients).await?,
            drivers: tx.drivers_by_ids(&drivers).await?,
            visits: tx.appointments_by_ids(&visits).await?,
            came_back: tx.came_back(&sent).await?,
            is_held: false,
        })
    }

    /// The same, while all mail is held or not.
    #[must_use]
    pub fn with_hold(mut self, is_held: bool) -> Self {
        self.is_held = is_held;
        self
    }

    /// One message in words.
    pub fn view(
        &self,
        w: Words,
        f: Format,
        now: chrono::DateTime<chrono::Utc>,
        message: &Message,
    ) -> MessageView {
        let address = self.address(message);
        let came_back = self.came_back.get(&message.id).filter(|_| message.status == MessageStatus::Sent);
        let needs_address = message.status == MessageStatus::Failed
            || came_back.is_some()
            || (address.is_none() && message.status != MessageStatus::Sent);
        // What came back may go again to another address only.
        let reaches = if came_back.is_some() { self.present(message).is_some() } else { address.is_some() };
        let is_dropped = message.last_error.as_deref() == Some(DROPPED) && message.useful_until > now;
        let (class, glyph) = if came_back.is_some() { ("st-bad", "!") } else { look(message.status) };
        MessageView {
            id: message.id.to_string(),
            when: f.when(message.sent_at.unwrap_or(message.due_at)),
            to: self.reader(w, message),
            address: address.or_else(|| self.bounced(message)).map_or_else(|| w.t("outbox-no-address"), mask),
            about: self.about(w, f, message),
            class,
            glyph,
            state: came_back.map_or_else(|| w.t(message.status.word_key()), |_| w.t("outbox-came-back")),
            detail: if let Some(bounce) = came_back {
                let (when, why) = (near(f, bounce.at), bounce.said());
                w.f("outbox-came-back-at", [("when", when.as_str()), ("why", why.as_str())])
            } else if self.is_held && message.status == MessageStatus::Pending && message.due_at <= now {
                w.t("outbox-goes-released")
            } else {
                detail(w, f, now, message, address.is_some())
            },
            twice: message.maybe_twice.then(|| w.t("outbox-twice")),
            acts: acts(message.status, reaches, is_dropped)
                .iter()
                .map(|(act, key)| (*act, w.t(key)))
                .collect(),
            fix: needs_address.then(|| fix_path(message, &format!("/outbox/{}", message.id))),
            chart: format!("/patients/{}", message.patient_id),
        }
    }

    /// Where it went, or would go now.
    fn address<'a>(&'a self, message: &'a Message) -> Option<&'a str> {
        let now = self.present(message);
        match message.status {
            MessageStatus::Sent => message.sent_to.as_deref().or(now),
            _ => now,
        }
    }

    /// Where it would go now.
    fn present<'a>(&'a self, message: &Message) -> Option<&'a str> {
        match message.driver_id {
            Some(id) => self.drivers.get(&id).and_then(Driver::mail_address),
            None => self.patients.get(&message.patient_id).and_then(Patient::mail_address),
        }
    }

    /// The address it may not go to because mail comes back.
    fn bounced<'a>(&'a self, message: &Message) -> Option<&'a str> {
        match message.driver_id {
            Some(id) => {
                self.drivers.get(&id).filter(|one| one.mail_bounces()).and_then(|one| one.email.as_deref())
            }
            None => {
                let patient = self.patients.get(&message.patient_id);
                patient.filter(|one| one.mail_bounces()).and_then(|one| one.email.as_deref())
            }
        }
    }

    fn reader(&self, w: Words, message: &Message) -> String {
        let unknown = || w.t("outbox-unknown");
        let patient =
            self.patients.get(&message.patient_id).map_or_else(unknown, |one| one.full_name.clone());
        match message.driver_id {
            None => patient,
            Some(id) => {
                let driver = self.drivers.get(&id).map_or_else(unknown, |one| one.full_name.clone());
                w.f("outbox-driver-of", [("driver", driver.as_str()), ("patient", patient.as_str())])
            }
        }
    }

    fn about(&self, w: Words, f: Format, message: &Message) -> String {
        let stage = w.t(message.stage.word_key());
        match message.appointment_id.and_then(|id| self.visits.get(&id)) {
            None => stage,
            Some(visit) => w.f(
                "outbox-about-visit",
                [
                    ("stage", stage.as_str()),
                    ("visit", visit.name.as_str()),
                    ("when", f.when(visit.starts_at).as_str()),
                ],
            ),
        }
    }
}

/// Where the address of a message's reader is put right; a driver's page returns to `back`.
pub fn fix_path(message: &Message, back: &str) -> String {
    match message.driver_id {
        Some(driver) => with_back(&format!("/drivers/{driver}/contact"), back),
        None => format!("/patients/{}/edit", message.patient_id),
    }
}

/// Enough of an address to tell it from another, and no more.
pub fn mask(address: &str) -> String {
    match address.split_once('@') {
        Some((user, host)) => {
            format!("{}…@{host}", user.chars().next().map(String::from).unwrap_or_default())
        }
        None => "…".to_owned(),
    }
}

fn look(status: MessageStatus) -> (&'static str, &'static str) {
    match status {
        MessageStatus::Pending => ("st-booked", "○"),
        MessageStatus::Sent => ("st-ok", "✓"),
        MessageStatus::Failed => ("st-bad", "!"),
        MessageStatus::Held => ("st-warn", "◷"),
        MessageStatus::Superseded | MessageStatus::NotNeeded | MessageStatus::Expired => ("st-gone", ""),
    }
}

fn acts(
    status: MessageStatus,
    has_address: bool,
    is_dropped: bool,
) -> &'static [(&'static str, &'static str)] {
    match (status, has_address) {
        (MessageStatus::Pending, _) => &[("stop", "outbox-act-stop"), ("drop", "outbox-act-drop")],
        (MessageStatus::Sent, true) => &[("again", "outbox-act-again")],
        (MessageStatus::Failed, true) => &[("again", "outbox-act-again"), ("drop", "outbox-act-drop")],
        (MessageStatus::Held, true) => &[("release", "outbox-act-release"), ("drop", "outbox-act-drop")],
        (MessageStatus::Failed | MessageStatus::Held, false) => &[("drop", "outbox-act-drop")],
        (MessageStatus::NotNeeded, true) if is_dropped => &[("undrop", "outbox-act-undrop")],
        _ => &[],
    }
}

fn detail(
    w: Words,
    f: Format,
    now: chrono::DateTime<chrono::Utc>,
    message: &Message,
    has_address: bool,
) -> String {
    let why = message.last_error.as_deref().filter(|why| !why.is_empty());
    let with_why = |plain: &str, key: &str| why.map_or_else(|| w.t(plain), |why| w.f(key, [("why", why)]));
    match message.status {
        MessageStatus::Pending => {
            // After a failed try the next one is written as the end of the claim.
            let goes = message.due_at.max(message.claimed_until);
            let when = near(f, goes);
            match (goes > now, why) {
                (true, Some(why)) => w.f("outbox-again-at", [("when", when.as_str()), ("why", why)]),
                (true, None) if f.date_of(goes) == f.today() => {
                    w.f("outbox-goes-at", [("when", when.as_str())])
                }
                (true, None) => w.f("outbox-goes-on", [("when", when.as_str())]),
                (false, _) => w.t("outbox-goes-now"),
            }
        }
        MessageStatus::Sent => {
            let when = near(f, message.sent_at.unwrap_or(message.due_at));
            w.f("outbox-sent-at", [("when", when.as_str())])
        }
        MessageStatus::Failed => with_why("outbox-failed", "outbox-failed-why"),
        MessageStatus::Held if why == Some(HELD) => w.t("outbox-held-bounced"),
        MessageStatus::Held if !has_address => w.t("outbox-held-no-address"),
        MessageStatus::Held if why == Some(NO_DECISION) => w.t("outbox-held-no-decision"),
        MessageStatus::Held => w.t("outbox-held-stopped"),
        MessageStatus::Superseded => w.t("outbox-superseded"),
        MessageStatus::NotNeeded if why == Some(DROPPED) => w.t("outbox-dropped"),
        MessageStatus::NotNeeded => with_why("outbox-not-needed", "outbox-not-needed-why"),
        MessageStatus::Expired => w.t("outbox-expired"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_first_letter_and_its_host() {
        assert_eq!(mask("ana.ruiz@example.com"), "a…@example.com");
        assert_eq!(mask("@example.com"), "…@example.com");
        assert_eq!(mask("ana"), "…");
    }

    #[test]
    fn only_what_waits_is_stopped_and_nothing_goes_to_nobody() {
        for status in MessageStatus::ALL {
            let stops = acts(*status, true, false).iter().any(|(act, _)| *act == "stop");
            assert_eq!(stops, *status == MessageStatus::Pending, "{status}");
            let sends = |act: &str| ["again", "release", "undrop"].contains(&act);
            assert!(acts(*status, false, true).iter().all(|(act, _)| !sends(act)), "{status}");
            let drops = acts(*status, true, true).iter().any(|(act, _)| *act == "drop");
            let open = [MessageStatus::Pending, MessageStatus::Held, MessageStatus::Failed];
            assert_eq!(drops, open.contains(status), "{status}");
        }
        assert_eq!(acts(MessageStatus::NotNeeded, true, true), [("undrop", "outbox-act-undrop")]);
        assert!(acts(MessageStatus::NotNeeded, true, false).is_empty());
    }
}
