//! To a patient: a check-in is ready. What it asks stands behind the link only, and the link's address does not tell it either.

use super::Reader;
use crate::mail::letter::Letter;
use crate::mail::render::{Rendered, render};
use crate::words::Words;

/// Where the short check-in is, below the patient's page.
pub const CHECK_IN_PATH: &str = "check-in";
/// Where the weekly one is.
pub const WEEKLY_PATH: &str = "week";

/// The message's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// Who reads it.
    pub reader: Reader,
    /// Whether it is the weekly one.
    pub is_weekly: bool,
}

impl CheckIn {
    /// Renders it.
    ///
    /// # Errors
    /// When the HTML template fails.
    pub fn render(&self) -> Result<Rendered, askama::Error> {
        let Reader { w, clinic, called, url } = &self.reader;
        let (opening, takes, path) = if self.is_weekly {
            (w.t("mail-check-in-week"), w.t("mail-check-in-week-takes"), WEEKLY_PATH)
        } else {
            (w.t("mail-check-in"), w.t("mail-check-in-takes"), CHECK_IN_PATH)
        };
        let subject =
            w.t(if self.is_weekly { "mail-subject-check-in-week" } else { "mail-subject-check-in" });
        let mut letter = Letter::to_patient(*w, clinic, called, opening.clone());
        letter
            .say(opening)
            .say(takes)
            .say(w.t("mail-check-in-read"))
            .say(w.t("mail-check-in-not-today"))
            .ask(w.t("mail-button-check-in"), &format!("{url}/{path}"));
        render(*w, subject, &letter, None)
    }
}

/// Made-up messages, one of each kind.
pub fn samples(w: Words) -> Vec<CheckIn> {
    [false, true]
        .into_iter()
        .map(|is_weekly| CheckIn { reader: Reader::sample_patient(w), is_weekly })
        .collect()
}
