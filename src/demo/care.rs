//! What the demo's patients tell between visits, and what their coach and clinician note: scores, intentions, notes, reviews.

use chrono::TimeDelta;

use super::story::{Stage, Step};
use super::timeline::Timeline;
use super::times;
use crate::actions::integration::{IntentionWords, add_note, set_intention};
use crate::actions::mood::record_mood;
use crate::actions::phq9::{record_phq9, review_item9};
use crate::actions::providers::{NewProvider, add_provider, record_consent};
use crate::actions::review::{NewReview, decide_review};
use crate::actions::{ActionError, Actor};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::{AppointmentId, PatientId, ProviderId, SeriesId};
use crate::domain::phq9::{Answers, ITEM_MAX};
use crate::domain::providers::ConsentScope;
use crate::domain::review::ReviewOutcome;
use crate::domain::services::Category;
use crate::store::Tx;
use crate::store::appointments::Appointment;

/// Whose newest item 9 waits for a clinician, and whose was seen weeks ago.
const WAITS: usize = 11;
const SEEN: usize = 10;
/// Days after a treatment on which mood is told.
const MOOD_DAYS: [i64; 3] = [1, 3, 7];
/// What patients would like to be open to, and to hear, in turn.
const INTENTIONS: [(&str, &str, &str); 4] = [
    (
        "Being there for my daughter again.",
        "Whatever comes, without holding on.",
        "Piano, nothing with words",
    ),
    ("Sleeping through, and walking in the mornings.", "Letting the week go.", ""),
    ("Less weight in the mornings.", "Quiet.", "Rain, or the sea"),
    ("Painting again.", "Being kinder to myself.", "The playlist I sent"),
];
/// What the coach writes down, in turn.
const NOTES: [&str; 4] = [
    "Calm. Spoke about her mother for the first time. Will write two pages before Friday.",
    "Tired, slept well. Wants shorter walks first; we settled on ten minutes after breakfast.",
    "Brought a drawing. The image of the boat came back; we stayed with it.",
    "Hard two days, then lighter. Has called his brother. Nothing to worry about.",
];

impl Timeline<'_> {
    /// What is told around a visit: the intention before a treatment, moods after it, the coach's note after their talk.
    pub(super) fn tell_around(&mut self, visit: &Appointment) {
        let Some(number) = self.number_of(visit.patient_id) else { return };
        if visit.category == Category::Coaching {
            self.push(visit.ends_at + TimeDelta::minutes(25), Step::Note(visit.id));
        }
        let by_link = self.folk.get(number).is_some_and(|folk| folk.has_email);
        if !visit.is_treatment() || !by_link {
            return;
        }
        if !number.is_multiple_of(3) {
            self.push(visit.starts_at - TimeDelta::hours(38), Step::Intend(visit.id));
        }
        for (place, days) in MOOD_DAYS.into_iter().enumerate() {
            let forgotten = (number + place).is_multiple_of(4);
            if !forgotten {
                let told = visit.ends_at + TimeDelta::days(days) + TimeDelta::minutes(47);
                self.push(told, Step::Mood(visit.id, days));
            }
        }
    }

    /// What is told through a course: the nine questions each week, the review some days after its last visit.
    pub(super) fn tell_through(&mut self, number: usize, series: SeriesId, visits: &[Appointment]) {
        let first = visits.iter().filter(|visit| visit.is_treatment()).map(|visit| visit.starts_at).min();
        let (Some(first), Some(last)) = (first, visits.iter().map(|visit| visit.ends_at).max()) else {
            return;
        };
        let mut at = first - TimeDelta::days(2) + TimeDelta::hours(3);
        for week in 0.. {
            if at >= last {
                break;
            }
            self.push(at, Step::Week(number, week));
            at += TimeDelta::days(7);
        }
        if !number.is_multiple_of(4) {
            self.push(last + TimeDelta::minutes(35), Step::Review(number, series));
        }
        if number.is_multiple_of(5) {
            self.push(first - TimeDelta::days(1), Step::Provider(number));
        }
    }

    /// The mood some days after a treatment: a little better each time, a little lower as the week goes on.
    pub(super) async fn tell_mood(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        visit: AppointmentId,
        days: i64,
    ) -> Result<(), ActionError> {
        let visit = tx.appointment(visit).await?.ok_or(ActionError::NotFound)?;
        if visit.status != AppointmentStatus::Fulfilled {
            return Ok(());
        }
        let number = self.number_of(visit.patient_id).unwrap_or_default();
        let swing = i64::try_from((number * 7 + usize::try_from(days).unwrap_or(0)) % 3).unwrap_or(0);
        let lower = i64::from(days == 7);
        let score = (3 + visit.role_index.unwrap_or(1) / 2 + swing - lower).clamp(1, 9);
        record_mood(tx, actor, &self.cast.site, visit.patient_id, score, tx.now()).await
    }

    /// The nine questions of a week.
    pub(super) async fn tell_week(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
        week: i64,
    ) -> Result<(), ActionError> {
        let Some(patient) = self.folk.get(number).map(|folk| folk.id) else { return Ok(()) };
        let start = 13 + i64::try_from(number % 7).unwrap_or(0);
        let wave = i64::try_from(number).unwrap_or(0) + week;
        let total = (start - 2 * week + wave.rem_euclid(3)).clamp(2, 22);
        let newest = self.era.is_today() && tx.now() + TimeDelta::days(7) >= self.now;
        let thoughts = (number == SEEN && week == 1) || (number == WAITS && newest);
        let answers = spread(total, thoughts);
        let flagged = record_phq9(tx, actor, &self.cast.site, patient, answers, tx.now()).await?;
        if flagged && number == SEEN {
            self.push(tx.now() + TimeDelta::hours(2), Step::Seen(number));
        }
        Ok(())
    }

    /// The clinician has called about item 9.
    pub(super) async fn see_item9(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(patient) = self.folk.get(number).map(|folk| folk.id) else { return Ok(()) };
        let Some(last) = tx.last_phq9(patient).await? else { return Ok(()) };
        let note = "Called at once: passing thoughts, no plan, wife at home. Safety plan gone through again.";
        review_item9(tx, actor, &self.cast.site, last.id, note).await.map(drop)
    }

    /// The patient's intention before a treatment.
    pub(super) async fn intend(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        visit: AppointmentId,
    ) -> Result<(), ActionError> {
        let place = self.turn(tx, visit).await?;
        let (matters, open_to, music) = INTENTIONS[place % INTENTIONS.len()];
        let words = IntentionWords {
            matters: matters.to_owned(),
            open_to: open_to.to_owned(),
            take_along: String::new(),
            music: music.to_owned(),
        };
        set_intention(tx, actor, visit, words).await
    }

    /// The coach's note after a talk that took place.
    pub(super) async fn note(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        visit: AppointmentId,
    ) -> Result<(), ActionError> {
        let held = tx.appointment(visit).await?.is_some_and(|v| v.status == AppointmentStatus::Fulfilled);
        if !held {
            return Ok(());
        }
        let place = self.turn(tx, visit).await?;
        add_note(tx, actor, &self.cast.site, visit, NOTES[place % NOTES.len()]).await.map(drop)
    }

    /// What the review of a finished course decides.
    pub(super) async fn review(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
        series: SeriesId,
    ) -> Result<(), ActionError> {
        let several = matches!(self.folk.get(number).map(|folk| folk.stage), Some(Stage::Course(_, _, 2..)));
        if !several {
            return Ok(());
        }
        let (outcome, note) = match number % 3 {
            0 => (ReviewOutcome::Done, "Doing well; comes back when they want to."),
            _ => (ReviewOutcome::Boosters, "Holds. One treatment every five to six weeks."),
        };
        let today = times::day_of(self.cast.site.timezone, tx.now());
        let first_due = outcome.recalls().then(|| today + TimeDelta::days(10));
        let new = NewReview { series, outcome, first_due, note: note.to_owned() };
        decide_review(tx, actor, &self.cast.site, new).await.map(drop)
    }

    /// A therapist or prescriber outside, with what the patient agreed to.
    pub(super) async fn add_outside(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        number: usize,
    ) -> Result<(), ActionError> {
        let Some(patient) = self.folk.get(number).map(|folk| folk.id) else { return Ok(()) };
        let (id, site) = (ProviderId::new(), self.cast.site.clone());
        let new = NewProvider {
            name: ["Dr. Helena Marsh", "Ruben Castellanos, LCSW"][number / 5 % 2].to_owned(),
            role: ["Psychiatrist", "Therapist"][number / 5 % 2].to_owned(),
            phone: Some(format!("(212) 555-01{:02}", 60 + number % 40)),
            email: None,
            address: Some("88 Linden Row, Suite 4, New York, NY 10011".to_owned()),
        };
        add_provider(tx, actor, &site, patient, new, id).await?;
        let scope = if number.is_multiple_of(2) { ConsentScope::DatesAndChange } else { ConsentScope::Dates };
        let today = times::day_of(site.timezone, tx.now());
        record_consent(tx, actor, &site, id, scope, today).await.map(drop)
    }

    /// Whose a visit is and which of a course it is, as one number to take texts in turn by.
    async fn turn(&self, tx: &mut Tx, visit: AppointmentId) -> Result<usize, ActionError> {
        let visit = tx.appointment(visit).await?.ok_or(ActionError::NotFound)?;
        let index = usize::try_from(visit.role_index.unwrap_or(0)).unwrap_or(0);
        Ok(self.number_of(visit.patient_id).unwrap_or(0) + index)
    }

    /// The number of a patient.
    pub(super) fn number_of(&self, patient: PatientId) -> Option<usize> {
        self.folk.iter().position(|folk| folk.id == patient)
    }

    /// Whose visit a step is about.
    pub(super) fn remember(&mut self, visit: &Appointment) {
        self.visits.insert(visit.id, visit.patient_id);
    }
}

/// Nine answers that add up to a total; the ninth is above zero only for somebody with such thoughts.
fn spread(total: i64, thoughts: bool) -> Answers {
    const FIRST: usize = 8;
    let eighth = i64::try_from(FIRST).unwrap_or(8);
    let each = |place: usize| {
        let place = i64::try_from(place).unwrap_or(0);
        (total / eighth + i64::from(place < total % eighth)).min(ITEM_MAX)
    };
    let mut answers: Answers = std::array::from_fn(|place| Some(if place < FIRST { each(place) } else { 0 }));
    if thoughts && let Some(last) = answers.last_mut() {
        *last = Some(1);
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::phq9::total;

    #[test]
    fn nine_answers_add_up_and_only_thoughts_raise_the_ninth() {
        for sum in 2..=22 {
            let calm = spread(sum, false);
            assert_eq!(total(&calm), Some(sum));
            assert_eq!(calm[8], Some(0));
            assert_eq!(spread(sum, true)[8], Some(1));
        }
    }
}
