//! One plot of scores over time as ready coordinates: a line with its dots, numbered uprights at treatments, dates below.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::mood::Point;
use crate::words::format::Format;

/// Width of a plot in units of its view box, and where its area begins and ends.
const WIDTH: i64 = 720;
const LEFT: i64 = 40;
const RIGHT: i64 = 620;
/// Height of the area, what stands above it (numbers of treatments) and below it (dates).
const TALL: i64 = 150;
const TOP: i64 = 24;
const BELOW: i64 = 28;
/// More dots than the eye tells apart.
const MOST_DOTS: usize = 180;
/// Spaces between the dates below.
const SPACES: i32 = 4;

/// The time both plots share.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Span {
    /// From the first to the last of these instants; `None` without any.
    pub fn over(instants: impl Iterator<Item = DateTime<Utc>> + Clone) -> Option<Self> {
        let (from, to) = (instants.clone().min()?, instants.max()?);
        let lone = if from == to { TimeDelta::days(1) } else { TimeDelta::zero() };
        Some(Self { from: from - lone, to: to + lone })
    }

    fn x(self, at: DateTime<Utc>) -> i64 {
        let all = (self.to - self.from).num_minutes().max(1);
        LEFT + ((at - self.from).num_minutes() * (RIGHT - LEFT) / all).clamp(0, RIGHT - LEFT)
    }
}

/// A dot.
pub struct Dot {
    /// Across.
    pub x: i64,
    /// Down.
    pub y: i64,
}

/// A word at a place.
pub struct Mark {
    /// Across.
    pub x: i64,
    /// Down.
    pub y: i64,
    /// The word.
    pub text: String,
}

/// What a plot is drawn from.
pub struct Plotted<'a> {
    /// `mood` or `phq9`: the beginning of its ids.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// The finding in one sentence.
    pub finding: String,
    /// The scores in order of time.
    pub points: &'a [Point],
    /// The highest score there is.
    pub max: i64,
    /// Lines across: scores with their words.
    pub levels: Vec<(i64, String)>,
    /// Treatments in order of time, numbered from 1.
    pub treatments: &'a [DateTime<Utc>],
    /// The word at the end of the line.
    pub end: String,
}

/// A plot as the template draws it.
pub struct Plot {
    /// The beginning of its ids.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// The finding in one sentence.
    pub finding: String,
    /// Width of the view box.
    pub width: i64,
    /// Height of the view box.
    pub height: i64,
    /// Where the area begins across.
    pub left: i64,
    /// Where it ends across.
    pub right: i64,
    /// Where it begins down.
    pub top: i64,
    /// Where it ends down.
    pub bottom: i64,
    /// The line's points, as SVG writes them.
    pub line: String,
    /// The dots on it.
    pub dots: Vec<Dot>,
    /// Lines across with their words.
    pub levels: Vec<Mark>,
    /// Treatments with their numbers.
    pub uprights: Vec<Mark>,
    /// Dates.
    pub days: Vec<Mark>,
    /// The word at the end of the line.
    pub end: Option<Mark>,
}

/// Draws a plot over a span of time.
pub fn plot(f: Format, span: Span, what: Plotted<'_>) -> Plot {
    let bottom = TOP + TALL;
    let y = |score: i64| TOP + (what.max - score).clamp(0, what.max) * TALL / what.max.max(1);
    let dots: Vec<Dot> = thinned(what.points)
        .into_iter()
        .map(|point| Dot { x: span.x(point.at), y: y(point.score) })
        .collect();
    let line: Vec<String> = dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect();
    let end = dots.last().map(|dot| Mark { x: dot.x + 8, y: dot.y + 4, text: what.end });
    let uprights = (1..)
        .zip(what.treatments)
        .map(|(number, at): (usize, _)| Mark { x: span.x(*at), y: TOP - 8, text: number.to_string() })
        .collect();
    let mut days: Vec<Mark> = (0..=SPACES)
        .map(|part| span.from + (span.to - span.from) * part / SPACES)
        .map(|at| Mark { x: span.x(at), y: bottom + 20, text: f.day_month(f.date_of(at)) })
        .collect();
    days.dedup_by(|later, earlier| later.text == earlier.text);
    Plot {
        id: what.id,
        title: what.title,
        finding: what.finding,
        width: WIDTH,
        height: bottom + BELOW,
        left: LEFT,
        right: RIGHT,
        top: TOP,
        bottom,
        line: line.join(" "),
        dots,
        levels: what
            .levels
            .into_iter()
            .map(|(score, text)| Mark { x: LEFT - 8, y: y(score), text })
            .collect(),
        uprights,
        days,
        end,
    }
}

/// Of very many points the last of each equal share, the very last among them.
fn thinned(points: &[Point]) -> Vec<Point> {
    if points.len() <= MOST_DOTS {
        return points.to_vec();
    }
    (1..=MOST_DOTS).filter_map(|share| points.get(share * points.len() / MOST_DOTS - 1)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn day(number: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 1, 17, 0, 0).unwrap() + TimeDelta::days(number)
    }

    fn drawn(points: &[Point], treatments: &[DateTime<Utc>]) -> Plot {
        let f = Format::new(chrono_tz::America::New_York, day(40));
        let all = points.iter().map(|point| point.at).chain(treatments.iter().copied());
        let span = Span::over(all).expect("something to draw");
        let what = Plotted {
            id: "mood",
            title: String::new(),
            finding: String::new(),
            points,
            max: 10,
            levels: vec![(0, "0".to_owned()), (10, "10".to_owned())],
            treatments,
            end: "6".to_owned(),
        };
        plot(f, span, what)
    }

    #[test]
    fn scores_run_from_left_to_right_and_the_highest_lies_on_top() {
        let points = [(0, 0), (20, 10), (40, 5)].map(|(number, score)| Point { at: day(number), score });
        let plot = drawn(&points, &[day(10), day(20)]);
        assert_eq!(plot.line, "40,174 330,24 620,99");
        let uprights: Vec<(i64, &str)> = plot.uprights.iter().map(|one| (one.x, one.text.as_str())).collect();
        assert_eq!(uprights, [(185, "1"), (330, "2")]);
        assert_eq!(plot.days.len(), 5);
        assert_eq!(plot.levels.iter().map(|level| level.y).collect::<Vec<_>>(), [174, 24]);
    }

    #[test]
    fn one_score_stands_in_the_middle_and_ten_thousand_stay_few() {
        let one = drawn(&[Point { at: day(3), score: 6 }], &[]);
        assert_eq!((one.line.as_str(), one.dots.len()), ("330,84", 1));
        let many: Vec<Point> =
            (0..10_000).map(|number| Point { at: day(0) + TimeDelta::hours(number), score: 5 }).collect();
        let plot = drawn(&many, &[]);
        assert_eq!((plot.dots.len(), plot.dots.last().map(|dot| dot.x)), (MOST_DOTS, Some(RIGHT)));
    }
}
