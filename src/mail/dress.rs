//! The last touch to a message: the clinic's own words in the place of ours, and the way to fewer messages where a reader may choose.

use super::compose::{ComposeError, Facts};
use super::letter::{Block, Button};
use super::render::{Rendered, render};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::companions::Companion;
use crate::domain::messages::Stage;
use crate::domain::patients::first_name;
use crate::domain::wording::{Placeholder, WordingPart, fill, is_about_driver, paragraphs, rules};
use crate::store::appointments::Appointment;
use crate::store::wordings::Wording;

/// Where a patient chooses which messages they get, below their page.
pub const CHOICES_PATH: &str = "messages";

/// Puts own words in. Words that have no value for one of their placeholders now are passed over: the default then says what is
/// true. So are words about drivers where somebody stays with the patient at home.
pub(super) fn dress(facts: &Facts<'_>, plain: Rendered, own: &[Wording]) -> Result<Rendered, ComposeError> {
    let own: &[Wording] = if facts.is_about_sitter() { &[] } else { own };
    let words = |part: WordingPart| {
        let found = own.iter().find(|one| one.stage == facts.stage && one.part == part)?;
        rules(facts.stage, part)?;
        fill(&found.text, |field| facts.value(field))
    };
    // Own words say that a driver cannot; that mail reached somebody else is no answer of theirs.
    let opening = words(WordingPart::Opening).filter(|_| !facts.is_wrong_address());
    let subject = words(WordingPart::Subject);
    let closing = words(WordingPart::Closing);
    let choices = facts.choices();
    if subject.is_none() && opening.is_none() && closing.is_none() && choices.is_none() {
        return Ok(plain);
    }
    let mut letter = plain.letter;
    let opening = opening.map(|text| paragraphs(&text)).unwrap_or_default();
    let opens_with_words = matches!(letter.blocks.first(), Some(Block::Text(_)));
    if let Some(first) = opening.first().cloned().filter(|_| opens_with_words) {
        letter.preheader = first;
        let mut blocks: Vec<Block> = opening.into_iter().map(Block::Text).collect();
        blocks.extend(letter.blocks.drain(1..));
        letter.blocks = blocks;
    }
    letter.closing.extend(closing.map(|text| paragraphs(&text)).unwrap_or_default());
    letter.choices = choices;
    Ok(render(facts.w, subject.unwrap_or(plain.subject), &letter, plain.calendar)?)
}

impl Facts<'_> {
    /// Where the reader chooses which messages they get; none for what always comes.
    fn choices(&self) -> Option<Button> {
        self.stage.topic()?;
        Some(Button { label: self.w.t("mail-choices"), url: format!("{}/{CHOICES_PATH}", self.url) })
    }

    /// Whether it speaks to or of somebody who drives nobody: they stay with the patient.
    fn is_about_sitter(&self) -> bool {
        let visit = self.first_visit().or(self.visits.first());
        is_about_driver(self.stage) && visit.is_some_and(|visit| visit.companion == Companion::Sitter)
    }

    /// What a placeholder stands for.
    fn value(&self, field: Placeholder) -> Option<String> {
        let patient = || first_name(self.patient.called()).to_owned();
        match field {
            Placeholder::Name if self.stage.is_for_driver() => self.driver_first_name(),
            Placeholder::Name | Placeholder::Patient => Some(patient()),
            Placeholder::Driver => self.driver_first_name(),
            Placeholder::Clinic => Some(self.site.name.clone()),
            Placeholder::Phone => Some(self.site.phone.clone()),
            Placeholder::Day => self.first_visit().map(|visit| self.visit_words(visit).day),
            Placeholder::When => self.first_visit().map(|visit| self.visit_words(visit).when),
            Placeholder::Until => {
                let until = self.hold_until.or_else(|| self.series.and_then(|series| series.hold_until));
                until.map(|at| self.f.long_when(at))
            }
        }
    }

    /// The visit the message is about, or the first of several, as its default words count them.
    fn first_visit(&self) -> Option<&Appointment> {
        match self.stage {
            Stage::SeriesBooked => self.with_status(AppointmentStatus::Booked).first().copied(),
            Stage::SeriesHeld => self.with_status(AppointmentStatus::Held).first().copied(),
            Stage::VisitMoved => {
                let moved = self.moved().ok()?;
                let was_moved = |visit: &Appointment| {
                    moved.iter().any(|(id, was)| *id == visit.id.to_string() && *was != visit.starts_at)
                };
                self.known().into_iter().find(|visit| visit.status.is_ahead() && was_moved(visit))
            }
            Stage::VisitCancelled => {
                let off = self.details.get("cancelled")?.as_array()?;
                self.known().into_iter().find(|visit| {
                    visit.status == AppointmentStatus::Cancelled
                        && off.iter().any(|id| id.as_str() == Some(&visit.id.to_string()))
                })
            }
            Stage::DriverAsked | Stage::DriverReminder | Stage::DriverMoved => {
                self.asked_visits().ok()?.first().copied()
            }
            _ => self.appointment,
        }
    }
}
