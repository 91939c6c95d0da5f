//! The demo's inquiries: what callers said, whose form went out, and who sent it back.

use chrono::TimeDelta;

use super::story::{Stage, Step};
use super::timeline::Timeline;
use crate::actions::intake::{NewInquiry, open_inquiry, send_form};
use crate::actions::intake_answers::{save_section, send_back};
use crate::actions::{ActionError, Actor};
use crate::domain::ids::IntakeId;
use crate::domain::intake::{Channel, Source};
use crate::domain::intake_form::{Section, TALK, YES};
use crate::store::Tx;

/// What callers say, in turn.
const REASONS: [&str; 4] = [
    "Nothing has helped so far. My sister told me about you.",
    "I sleep three hours a night and I am worn out.",
    "My doctor said I should ask you.",
    "I read about you and would like to know more.",
];
/// How they know the clinic, in turn.
const SOURCES: [Source; 4] = [Source::Friend, Source::NotKnown, Source::Clinician, Source::Web];
/// Who called so many days ago has sent the form back.
const RETURNED_DAYS: [i64; 2] = [5, 6];

impl Timeline<'_> {
    /// Takes the call down; the form goes at once to everybody who called before today and can be written to.
    pub(super) async fn inquire(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(folk) = self.folk.get(number) else { return Ok(()) };
        let (patient, stage, has_email) = (folk.id, folk.stage, folk.has_email);
        let Stage::Inquiry(days) = stage else { return Ok(()) };
        let (id, site) = (IntakeId::new(), self.cast.site.id);
        let new = NewInquiry {
            patient,
            channel: if number.is_multiple_of(3) { Channel::Email } else { Channel::Phone },
            source: SOURCES[number % SOURCES.len()],
            reason: REASONS[number % REASONS.len()].to_owned(),
        };
        open_inquiry(tx, actor, site, new, id).await?;
        if days > 1 && has_email {
            send_form(tx, actor, self.rules, site, id).await?;
            if RETURNED_DAYS.contains(&days) {
                // Not by chance: the rest of the demo stays as it is.
                let later = tx.now() + TimeDelta::hours(26);
                self.push(later, Step::FillIn(number));
            }
        }
        Ok(())
    }

    /// The patient fills the form in and sends it.
    pub(super) async fn fill_in(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(patient) = self.folk.get(number).map(|folk| folk.id) else { return Ok(()) };
        let pages: [(Section, &[(&str, &str)]); 5] = [
            (Section::About, &[("goals", "To get through a day without lying down.")]),
            (Section::Someone, &[("name", "Pat"), ("relation", "Neighbor"), ("phone", "(929) 555-0177")]),
            (Section::Health, &[("history", "High blood pressure since 2019."), ("allergies", "Penicillin")]),
            (Section::Medicines, &[("medicines", "Lisinopril 10 mg, mornings")]),
            (Section::Before, &[(TALK, YES)]),
        ];
        for (section, answers) in pages {
            let intake = tx.last_intake_of(patient).await?.ok_or(ActionError::NotFound)?;
            save_section(tx, actor, &intake, section, answers).await?;
        }
        let intake = tx.last_intake_of(patient).await?.ok_or(ActionError::NotFound)?;
        send_back(tx, actor, &intake).await
    }
}
