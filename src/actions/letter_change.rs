//! How things changed, for a letter: mood and PHQ-9 before the first treatment and last, in plain sentences that a clinician may change.

use super::ActionError;
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::PatientId;
use crate::domain::mood::{Point, Trend, trend};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::mood::MoodScore;
use crate::store::phq9::Phq9;
use crate::words::Words;
use crate::words::format::Format;

/// What was measured of a patient, a line for mood and one for the PHQ-9; empty without two scores of either. The last course that has
/// begun counts, as on the chart.
pub(super) async fn measured(
    tx: &mut Tx,
    w: Words,
    f: Format,
    patient: PatientId,
) -> Result<String, ActionError> {
    let moods: Vec<Point> = tx.mood_scores_of(patient).await?.iter().map(MoodScore::point).collect();
    let sums: Vec<Point> = tx.phq9_of(patient).await?.iter().filter_map(Phq9::point).collect();
    let visits = tx.appointments_of(patient).await?;
    let took_place =
        |visit: &&Appointment| visit.status == AppointmentStatus::Fulfilled || visit.status.is_here();
    let mut treatments: Vec<&Appointment> =
        visits.iter().filter(|visit| visit.is_treatment()).filter(took_place).collect();
    treatments.sort_by_key(|visit| visit.starts_at);
    let course = treatments.last().and_then(|visit| visit.series_id);
    let first = treatments.iter().find(|visit| course.is_none() || visit.series_id == course);
    let start = first.map(|visit| visit.starts_at);
    let mood = trend(&moods, start).and_then(|trend| sentence(w, f, "letter-measured-mood", &trend));
    let phq9 = trend(&sums, start).and_then(|trend| sentence(w, f, "letter-measured-phq9", &trend));
    Ok(mood.into_iter().chain(phq9).collect::<Vec<_>>().join("\n"))
}

/// "Mood from 0 to 10, higher is better: 3 before the first treatment (Nov 20, 2026), 6 on Jan 4, 2027. That is 3 higher."
fn sentence(w: Words, f: Format, key: &str, trend: &Trend) -> Option<String> {
    let was = trend.compared_with()?;
    let (then, day) = (f.birth(f.date_of(was.at)), f.birth(f.date_of(trend.latest.at)));
    let is_baseline = trend.baseline == Some(was);
    let when = if is_baseline { "letter-measured-before" } else { "letter-measured-first" };
    let when = w.f(when, [("day", then.as_str())]);
    let change = trend.latest.score - was.score;
    let steps = change.abs().to_string();
    let moved = match change {
        0 => w.t("letter-measured-same"),
        1.. => w.f("letter-measured-higher", [("steps", steps.as_str())]),
        _ => w.f("letter-measured-lower", [("steps", steps.as_str())]),
    };
    let (before, now) = (was.score.to_string(), trend.latest.score.to_string());
    let args = [
        ("before", before.as_str()),
        ("when", when.as_str()),
        ("now", now.as_str()),
        ("day", day.as_str()),
        ("change", moved.as_str()),
    ];
    Some(w.f(key, args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeZone, Utc};

    fn day(day: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 12, day, 17, 0, 0).unwrap()
    }

    fn said(scores: &[(u32, i64)], start: Option<u32>) -> Option<String> {
        let points: Vec<Point> =
            scores.iter().map(|(at, score)| Point { at: day(*at), score: *score }).collect();
        let f = Format::new(chrono_tz::America::New_York, day(28));
        sentence(Words::default(), f, "letter-measured-phq9", &trend(&points, start.map(day))?)
    }

    #[test]
    fn the_last_score_is_set_beside_the_one_before_the_first_treatment() {
        let line = said(&[(1, 20), (3, 18), (20, 9)], Some(5)).expect("two scores");
        assert!(line.contains("18 before the first treatment (Dec 3, 2026), 9 on Dec 20, 2026."), "{line}");
        assert!(line.ends_with("That is 9 lower."), "{line}");
        let line = said(&[(6, 9), (20, 9)], Some(5)).expect("two scores");
        assert!(line.contains("9 on Dec 6, 2026, 9 on Dec 20, 2026. That is no change."), "{line}");
    }

    #[test]
    fn one_score_is_no_change() {
        assert_eq!(said(&[(3, 18)], Some(5)), None);
        assert_eq!(said(&[], None), None);
    }
}
