//! To a patient: here is a form, it is not back yet, or a message stands on their page. Nothing of what it asks.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// Why a patient is written to about the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is sent.
    Sent,
    /// It is not back yet.
    NotBack,
    /// Somebody of the clinic wrote on the patient's page.
    Words,
}

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeForm {
    /// Who reads it.
    pub reader: Reader,
    /// Why it is sent.
    pub why: Why,
}

impl IntakeForm {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let (subject, opening, more, button) = match self.why {
            Why::Sent => (
                w.t("mail-subject-form"),
                w.t("mail-form"),
                vec![w.t("mail-form-long"), w.t("mail-form-stop"), w.t("mail-form-talk")],
                w.t("mail-form-open"),
            ),
            Why::NotBack => (
                w.t("mail-subject-form-waits"),
                w.t("mail-form-waits"),
                vec![w.t("mail-form-kept"), w.t("mail-form-rather")],
                w.t("mail-form-go-on"),
            ),
            Why::Words => (
                w.t("mail-subject-words"),
                w.t("mail-words"),
                vec![w.t("mail-words-page")],
                w.t("mail-words-read"),
            ),
        };
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter.say(opening);
        for line in more {
            letter.say(line);
        }
        letter.ask(button, url);
        render(*w, subject, &letter, None)
    }
}

/// Made-up messages.
pub fn samples(w: Words) -> Vec<IntakeForm> {
    let reader = Reader::sample_patient(w);
    [Why::Sent, Why::NotBack, Why::Words]
        .into_iter()
        .map(|why| IntakeForm { reader: reader.clone(), why })
        .collect()
}
