//! Sentences to read to a caller: dates, times of day, money and whole courses as they are spoken.

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::domain::companions::Companion;
use crate::domain::protocols::VisitRole;
use crate::domain::services::Kind;
use crate::words::Words;
use crate::words::format::{Format, money, weekday_long};

/// One visit of a course as it is spoken of.
#[derive(Clone, Debug)]
pub struct SpokenVisit {
    /// Its place in the course.
    pub role: VisitRole,
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// The person it is with; empty if none in particular.
    pub who: String,
    /// Who must be with the patient, if it is a treatment.
    pub companion: Companion,
}

/// The kind of person a patient speaks of: who treats or talks, not who sits by.
pub fn leading_kind(kinds: &[Kind]) -> Option<Kind> {
    let mut people = kinds.iter().copied().filter(|kind| !kind.is_room());
    people.clone().find(|kind| *kind != Kind::Attendant).or_else(|| people.next())
}

/// "9 in the morning", "1:30 in the afternoon", "noon".
pub fn time_of_day(w: Words, f: Format, at: DateTime<Utc>) -> String {
    let time = f.local(at).time();
    let (_, hour) = time.hour12();
    let said = if time.minute() == 0 { hour.to_string() } else { format!("{hour}:{:02}", time.minute()) };
    let args = [("time", said.as_str())];
    match (time.hour(), time.minute()) {
        (0, 0) => w.t("book-aloud-midnight"),
        (12, 0) => w.t("book-aloud-noon"),
        (0..12, _) => w.f("book-aloud-morning", args),
        (12..17, _) => w.f("book-aloud-afternoon", args),
        _ => w.f("book-aloud-evening", args),
    }
}

/// "250 dollars".
pub fn price(w: Words, cents: i64, currency: &str) -> String {
    if cents == 0 {
        return w.t("book-aloud-nothing");
    }
    let written = money(cents, currency);
    match written.strip_prefix('$') {
        Some(amount) => w.f("book-aloud-dollars", [("amount", amount)]),
        None => written,
    }
}

/// "Tuesday, December 1, at 9 in the morning".
pub fn day_and_time(w: Words, f: Format, at: DateTime<Utc>) -> String {
    let (day, time) = (f.long_day(f.date_of(at)), time_of_day(w, f, at));
    w.f("book-aloud-when", [("day", day.as_str()), ("time", time.as_str())])
}

/// A whole course in one breath: what, when, with whom, who drives, what it costs.
pub fn course(w: Words, f: Format, visits: &[SpokenVisit], total_cents: i64, currency: &str) -> String {
    let of = |role: VisitRole| visits.iter().filter(|visit| visit.role == role).collect::<Vec<_>>();
    let (mains, talks) = (of(VisitRole::Main), of(VisitRole::AfterEach));
    let mut said = Vec::new();
    let single = |key: &str, visit: &SpokenVisit| {
        let (who, when) = (names(w, &[visit]), day_and_time(w, f, visit.starts_at));
        w.f(key, [("who", who.as_str()), ("when", when.as_str())])
    };
    said.extend(of(VisitRole::Before).into_iter().map(|visit| single("plan-aloud-before", visit)));
    if !mains.is_empty() {
        said.push(treatments(w, f, &mains));
    }
    if !talks.is_empty() {
        said.push(coaching(w, f, &talks));
    }
    said.extend(of(VisitRole::AfterLast).into_iter().map(|visit| single("plan-aloud-last", visit)));
    if let Some(first) = mains.first() {
        said.push(companion(w, first.companion, same_weekday(f, &mains), mains.len()));
    }
    said.push(w.f("plan-aloud-total", [("price", price(w, total_cents, currency).as_str())]));
    w.f("plan-aloud-quote", [("text", said.join(" ").as_str())])
}

/// "Somebody else drives you every Tuesday."
fn companion(w: Words, who: Companion, weekday: Option<&str>, many: usize) -> String {
    match weekday.filter(|_| many >= 2) {
        Some(weekday) => {
            let key = who.pick("plan-aloud-driver-weekday", "plan-aloud-sitter-weekday");
            w.f(key, [("weekday", weekday)])
        }
        None => w.n(who.pick("plan-aloud-driver", "plan-aloud-sitter"), count(many)),
    }
}

fn treatments(w: Words, f: Format, mains: &[&SpokenVisit]) -> String {
    let number = w.n("plan-aloud-count", count(mains.len()));
    let who = names(w, mains);
    if let (Some(weekday), Some(time), [first, .., last]) =
        (same_weekday(f, mains), same_time(w, f, mains), mains)
    {
        let (first, last) = (month_day(f, first.starts_at), month_day(f, last.starts_at));
        return w.f(
            "plan-aloud-main",
            [
                ("count", number.as_str()),
                ("weekday", weekday),
                ("time", time.as_str()),
                ("who", who.as_str()),
                ("first", first.as_str()),
                ("last", last.as_str()),
            ],
        );
    }
    let list = list(w, f, mains);
    let args = [("count", number.as_str()), ("who", who.as_str()), ("list", list.as_str())];
    w.nf("plan-aloud-main-list", count(mains.len()), args)
}

fn coaching(w: Words, f: Format, talks: &[&SpokenVisit]) -> String {
    let who = names(w, talks);
    if let (Some(weekday), Some(time), [_, _, ..]) = (same_weekday(f, talks), same_time(w, f, talks), talks) {
        let args = [("who", who.as_str()), ("weekday", weekday), ("time", time.as_str())];
        return w.f("plan-aloud-talk", args);
    }
    let list = list(w, f, talks);
    w.nf("plan-aloud-talk-list", count(talks.len()), [("who", who.as_str()), ("list", list.as_str())])
}

fn list(w: Words, f: Format, visits: &[&SpokenVisit]) -> String {
    let items: Vec<String> = visits.iter().map(|visit| day_and_time(w, f, visit.starts_at)).collect();
    items.join("; ")
}

/// Everybody the visits are with, each once; "us" where nobody in particular.
fn names(w: Words, visits: &[&SpokenVisit]) -> String {
    let mut found: Vec<&str> = Vec::new();
    for who in visits.iter().map(|visit| visit.who.as_str()).filter(|who| !who.is_empty()) {
        if !found.contains(&who) {
            found.push(who);
        }
    }
    match found.split_last() {
        None => w.t("plan-aloud-us"),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => w.f("plan-aloud-and", [("list", rest.join(", ").as_str()), ("last", last)]),
    }
}

fn same_weekday(f: Format, visits: &[&SpokenVisit]) -> Option<&'static str> {
    let mut days = visits.iter().map(|visit| f.date_of(visit.starts_at).weekday());
    let first = days.next()?;
    days.all(|day| day == first).then(|| weekday_long(first))
}

fn same_time(w: Words, f: Format, visits: &[&SpokenVisit]) -> Option<String> {
    let first = visits.first()?;
    let time = f.local(first.starts_at).time();
    let same = visits.iter().all(|visit| f.local(visit.starts_at).time() == time);
    same.then(|| time_of_day(w, f, first.starts_at))
}

/// "December 1": the long day without its weekday.
fn month_day(f: Format, at: DateTime<Utc>) -> String {
    let long = f.long_day(f.date_of(at));
    long.split_once(", ").map_or_else(|| long.clone(), |(_, rest)| rest.to_owned())
}

/// "w…@example.com": enough to say where it goes, not enough to write to.
pub fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((user, domain)) => {
            let first: String = user.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    fn format() -> Format {
        Format::new(chrono_tz::America::New_York, Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap())
    }

    fn visit(role: VisitRole, starts_at: DateTime<Utc>, who: &str) -> SpokenVisit {
        SpokenVisit { role, starts_at, who: who.to_owned(), companion: Companion::Driver }
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let at = |hour, minute| Utc.with_ymd_and_hms(2026, 12, 1, hour, minute, 0).unwrap();
        let said = |at| time_of_day(Words::default(), format(), at);
        assert_eq!(said(at(14, 0)), "9 in the morning");
        assert_eq!(said(at(17, 0)), "noon");
        assert_eq!(said(at(18, 30)), "1:30 in the afternoon");
        assert_eq!(said(at(22, 0)), "5 in the evening");
    }

    #[test]
    fn a_regular_course_is_said_in_one_breath() {
        let first = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let mut visits = Vec::new();
        for week in 0..3 {
            let at = first + TimeDelta::weeks(week);
            visits.push(visit(VisitRole::Main, at, "Dr. Okafor"));
            visits.push(visit(VisitRole::AfterEach, at + TimeDelta::hours(51), "Sam Reed"));
        }
        assert_eq!(
            course(Words::default(), format(), &visits, 415_000, "USD"),
            "“Three Tuesdays at 10 in the morning with Dr. Okafor, from December 1 to December 15. \
             A talk with Sam Reed each Thursday at 1 in the afternoon. \
             Somebody else drives you every Tuesday. The total is 4,150 dollars.”"
        );
    }

    #[test]
    fn an_address_is_shown_by_its_first_letter() {
        assert_eq!(masked_email("wei.chen@example.com"), "w…@example.com");
        assert_eq!(masked_email("nothing"), "…");
    }
}
