//! The chart of mood and PHQ-9 against the treatments: two plots, baseline and change in words, the same rows as a table. A page
//! has a field `mood: MoodChart` and includes `partials/mood_chart.html`; whoever shows it asks for `Permission::SeeScores`.

use chrono::{DateTime, Utc};

use super::mood_plot::{Plot, Plotted, Span, plot};
use crate::domain::appointments::AppointmentStatus;
use crate::domain::ids::{PatientId, SeriesId};
use crate::domain::mood::{MOOD_MAX, Point, ScoreSource, Trend, trend};
use crate::domain::phq9::{Band, TOTAL_MAX, band};
use crate::store::appointments::Appointment;
use crate::store::mood::MoodScore;
use crate::store::phq9::Phq9;
use crate::store::{StoreError, Tx};
use crate::words::Words;
use crate::words::format::Format;

/// Rows of the table a chart shows; the page of scores shows more.
pub const FEW_ROWS: usize = 40;
/// From this many days on, spans read in weeks.
const IN_WEEKS: i64 = 14;

/// A PHQ-9 whose item 9 is above zero and that nobody has reviewed.
pub struct Flag {
    /// Its id.
    pub id: String,
    /// "PHQ-9 of Nov 28: item 9 was above zero. Nobody has reviewed it yet."
    pub text: String,
}

/// A row of the table.
pub struct ScoreRow {
    /// When.
    pub when: String,
    /// "Mood", "PHQ-9", "Treatment 2".
    pub what: String,
    /// The score, with its band.
    pub score: String,
    /// How it came in, and who reviewed it.
    pub how: String,
    /// Whether it is a treatment.
    pub is_treatment: bool,
}

/// The chart.
pub struct MoodChart {
    /// What waits for a clinician.
    pub flags: Vec<Flag>,
    /// The plots that have anything to show.
    pub plots: Vec<Plot>,
    /// Baseline, now and change, a line each.
    pub facts: Vec<String>,
    /// The rows, newest first.
    pub rows: Vec<ScoreRow>,
    /// What is left out of the table.
    pub left_out: Option<String>,
    /// The page of scores.
    pub path: String,
}

/// What a chart is made from.
struct Scores<'a> {
    moods: &'a [MoodScore],
    sums: &'a [Phq9],
    /// Starts of the treatments that took place, in order.
    treatments: Vec<DateTime<Utc>>,
    first_treatment: Option<DateTime<Utc>>,
}

impl MoodChart {
    /// Reads and words a patient's scores. With `series`, the treatments of that course are drawn and its first one ends the
    /// baseline; without, all are drawn, and the last course that has begun counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(
        tx: &mut Tx,
        w: Words,
        f: Format,
        patient: PatientId,
        series: Option<SeriesId>,
        most_rows: usize,
    ) -> Result<Self, StoreError> {
        let moods = tx.mood_scores_of(patient).await?;
        let sums = tx.phq9_of(patient).await?;
        let visits = tx.appointments_of(patient).await?;
        let took_place =
            |visit: &&Appointment| visit.status == AppointmentStatus::Fulfilled || visit.status.is_here();
        let mut treatments: Vec<&Appointment> =
            visits.iter().filter(|visit| visit.is_treatment()).filter(took_place).collect();
        if series.is_some() {
            treatments.retain(|visit| visit.series_id == series);
        }
        treatments.sort_by_key(|visit| visit.starts_at);
        let last_course = treatments.last().and_then(|visit| visit.series_id);
        let first = treatments.iter().find(|visit| last_course.is_none() || visit.series_id == last_course);
        let scores = Scores {
            moods: &moods,
            sums: &sums,
            first_treatment: first.map(|visit| visit.starts_at),
            treatments: treatments.iter().map(|visit| visit.starts_at).collect(),
        };
        Ok(build(w, f, &scores, patient, most_rows))
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.plots.is_empty() && self.flags.is_empty()
    }
}

fn build(w: Words, f: Format, scores: &Scores<'_>, patient: PatientId, most_rows: usize) -> MoodChart {
    let moods: Vec<Point> = scores.moods.iter().map(MoodScore::point).collect();
    let sums: Vec<Point> = scores.sums.iter().filter_map(Phq9::point).collect();
    let mood_trend = trend(&moods, scores.first_treatment);
    let sum_trend = trend(&sums, scores.first_treatment);
    let all = moods.iter().chain(&sums).map(|point| point.at).chain(scores.treatments.iter().copied());
    let mut plots = Vec::new();
    if let Some(span) = Span::over(all) {
        let treatments = &scores.treatments;
        if let Some(trend) = &mood_trend {
            let latest = trend.latest.score.to_string();
            let what = Plotted {
                id: "mood",
                title: w.t("mood-plot-title"),
                finding: finding(w, &MOOD_FINDINGS, trend, &|score| score.to_string()),
                points: &moods,
                max: MOOD_MAX,
                levels: [0, 5, MOOD_MAX].map(|score| (score, score.to_string())).to_vec(),
                treatments,
                end: w.f("mood-plot-end", [("score", latest.as_str())]),
            };
            plots.push(plot(f, span, what));
        }
        if let Some(trend) = &sum_trend {
            let latest = trend.latest.score.to_string();
            let levels = Band::ALL.iter().map(|band| (band.lowest(), band.lowest().to_string()));
            let what = Plotted {
                id: "phq9",
                title: w.t("phq9-plot-title"),
                finding: finding(w, &PHQ9_FINDINGS, trend, &|score| banded(w, score)),
                points: &sums,
                max: TOTAL_MAX,
                levels: levels.chain([(TOTAL_MAX, TOTAL_MAX.to_string())]).collect(),
                treatments,
                end: w.f("phq9-plot-end", [("score", latest.as_str())]),
            };
            plots.push(plot(f, span, what));
        }
    }
    let facts = [
        mood_trend.map(|trend| fact(w, f, &w.t("mood-name"), &trend, &|score| score.to_string())),
        sum_trend.map(|trend| fact(w, f, &w.t("phq9-name"), &trend, &|score| banded(w, score))),
    ];
    let mut rows = rows(w, f, scores);
    let left_out = i64::try_from(rows.len().saturating_sub(most_rows)).unwrap_or(i64::MAX);
    rows.truncate(most_rows);
    let waiting = scores.sums.iter().rev().filter(|one| one.waits_for_review());
    MoodChart {
        flags: waiting
            .map(|one| {
                let day = f.day_month(f.date_of(one.taken_at));
                Flag { id: one.id.to_string(), text: w.f("phq9-flag", [("day", day.as_str())]) }
            })
            .collect(),
        plots,
        facts: facts.into_iter().flatten().collect(),
        rows,
        left_out: (left_out > 0).then(|| w.n("mood-rows-left-out", left_out)),
        path: format!("/patients/{patient}/mood"),
    }
}

/// The sentences of a finding: one score, risen, fallen, the same.
const MOOD_FINDINGS: [&str; 4] = ["mood-one", "mood-rose", "mood-fell", "mood-same"];
const PHQ9_FINDINGS: [&str; 4] = ["phq9-one", "phq9-rose", "phq9-fell", "phq9-same"];

/// "Mood rose from 3 to 6 over 4 weeks."
fn finding(w: Words, keys: &[&str; 4], trend: &Trend, say: &dyn Fn(i64) -> String) -> String {
    let [one, rose, fell, same] = keys;
    let latest = say(trend.latest.score);
    let Some(before) = trend.compared_with() else {
        return w.f(one, [("score", latest.as_str())]);
    };
    let days = (trend.latest.at - before.at).num_days();
    let span =
        if days < IN_WEEKS { w.n("mood-span-days", days.max(1)) } else { w.n("mood-span-weeks", days / 7) };
    let key = match trend.latest.score.cmp(&before.score) {
        std::cmp::Ordering::Greater => rose,
        std::cmp::Ordering::Less => fell,
        std::cmp::Ordering::Equal => same,
    };
    let was = say(before.score);
    w.f(key, [("was", was.as_str()), ("is", latest.as_str()), ("span", span.as_str())])
}

/// "Mood: baseline 3 (Nov 28), now 6 (Dec 20), change +3".
fn fact(w: Words, f: Format, name: &str, trend: &Trend, say: &dyn Fn(i64) -> String) -> String {
    let day = |point: Point| f.day_month(f.date_of(point.at));
    let (is, on) = (say(trend.latest.score), day(trend.latest));
    match (trend.baseline, trend.change()) {
        (Some(baseline), Some(change)) => {
            let (was, then, change) = (say(baseline.score), day(baseline), format!("{change:+}"));
            let args = [
                ("name", name),
                ("was", was.as_str()),
                ("then", then.as_str()),
                ("is", is.as_str()),
                ("on", on.as_str()),
                ("change", change.as_str()),
            ];
            w.f("mood-fact-change", args)
        }
        (Some(_), None) => w.f("mood-fact-baseline", [("name", name), ("is", &is), ("on", &on)]),
        (None, _) => w.f("mood-fact-none", [("name", name), ("is", &is), ("on", &on)]),
    }
}

/// "18, moderately severe".
fn banded(w: Words, total: i64) -> String {
    let (score, word) = (total.to_string(), w.t(band(total).word_key()));
    w.f("phq9-banded", [("score", score.as_str()), ("band", word.as_str())])
}

/// Scores and treatments in one table, newest first.
fn rows(w: Words, f: Format, scores: &Scores<'_>) -> Vec<ScoreRow> {
    let how = |source: ScoreSource, by: &str| {
        let source = w.t(source.word_key());
        w.f("mood-row-how", [("source", source.as_str()), ("who", by)])
    };
    let mut all: Vec<(DateTime<Utc>, ScoreRow)> = Vec::new();
    for one in scores.moods {
        let row = ScoreRow {
            when: f.when(one.taken_at),
            what: w.t("mood-name"),
            score: one.score.to_string(),
            how: how(one.source, &one.recorded_by),
            is_treatment: false,
        };
        all.push((one.taken_at, row));
    }
    for one in scores.sums {
        let mut told = vec![how(one.source, &one.recorded_by)];
        if one.item9_highest > 0 {
            told.push(w.t("phq9-row-item9"));
        }
        if let (Some(at), Some(by)) = (one.reviewed_at, &one.reviewed_by) {
            let (at, note) = (f.when(at), one.review_note.as_deref().unwrap_or_default());
            told.push(w.f("phq9-row-reviewed", [("who", by), ("when", at.as_str()), ("note", note)]));
        }
        let row = ScoreRow {
            when: f.when(one.taken_at),
            what: w.t("phq9-name"),
            score: one.point().map_or_else(|| w.t(one.state.word_key()), |point| banded(w, point.score)),
            how: told.join(" · "),
            is_treatment: false,
        };
        all.push((one.taken_at, row));
    }
    for (number, at) in (1_usize..).zip(&scores.treatments) {
        let number = number.to_string();
        let row = ScoreRow {
            when: f.when(*at),
            what: w.f("mood-row-treatment", [("number", number.as_str())]),
            score: String::new(),
            how: String::new(),
            is_treatment: true,
        };
        all.push((*at, row));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{MoodScoreId, SiteId};
    use chrono::{TimeDelta, TimeZone};

    fn day(number: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 1, 17, 0, 0).unwrap() + TimeDelta::days(number)
    }

    fn score(number: i64, score: i64) -> MoodScore {
        MoodScore {
            id: MoodScoreId::new(),
            site_id: SiteId::new(),
            patient_id: PatientId::new(),
            score,
            taken_at: day(number),
            source: ScoreSource::Link,
            recorded_by: "patient by link".to_owned(),
            batch_id: None,
            created_at: day(number),
        }
    }

    fn chart(moods: &[MoodScore], treatments: &[i64]) -> MoodChart {
        let treatments: Vec<DateTime<Utc>> = treatments.iter().map(|number| day(*number)).collect();
        let first_treatment = treatments.first().copied();
        let scores = Scores { moods, sums: &[], treatments, first_treatment };
        let f = Format::new(chrono_tz::America::New_York, day(60));
        build(Words::default(), f, &scores, PatientId::new(), 3)
    }

    #[test]
    fn the_finding_is_one_sentence_from_the_baseline_to_now() {
        let chart = chart(&[score(0, 4), score(2, 3), score(10, 5), score(30, 6)], &[3, 10]);
        assert_eq!(chart.plots.len(), 1, "a plot without scores is left out");
        assert_eq!(chart.plots[0].finding, "Mood rose from 3 to 6 over 4 weeks.");
        assert_eq!(chart.facts, ["Mood: baseline 3 (Nov 3), now 6 (Dec 1), change +3"]);
        assert_eq!(chart.plots[0].uprights.len(), 2);
    }

    #[test]
    fn without_a_score_before_the_first_treatment_no_change_is_claimed() {
        let chart = chart(&[score(5, 4), score(9, 6)], &[3]);
        assert_eq!(chart.plots[0].finding, "Mood rose from 4 to 6 over 4 days.");
        assert!(chart.facts[0].contains("no score before the first treatment"), "{:?}", chart.facts);
    }

    #[test]
    fn the_table_has_the_same_rows_newest_first_and_says_what_it_leaves_out() {
        let chart = chart(&[score(0, 4), score(2, 3), score(10, 5)], &[3]);
        let rows: Vec<(&str, &str)> =
            chart.rows.iter().map(|row| (row.what.as_str(), row.score.as_str())).collect();
        assert_eq!(rows, [("Mood", "5"), ("Treatment 1", ""), ("Mood", "3")]);
        assert_eq!(chart.left_out.as_deref(), Some("1 earlier row is left out"));
    }

    #[test]
    fn nothing_makes_an_empty_chart() {
        assert!(chart(&[], &[]).is_empty());
        assert!(chart(&[], &[3]).is_empty(), "treatments alone are no chart of mood");
    }
}
