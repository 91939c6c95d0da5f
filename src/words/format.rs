//! The one formatter: dates, times, ranges, durations, money and names as people write them, always in the site's zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Formats instants for one site; `today` decides whether the year is written.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    zone: Tz,
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl Format {
    /// A formatter for a site's zone, reading relative words against `now`.
    pub fn new(zone: Tz, now: DateTime<Utc>) -> Self {
        Self { zone, now, today: now.with_timezone(&zone).date_naive() }
    }

    /// The site's zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The site's present date.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The instant on the site's wall clock.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// The site's date of an instant.
    pub fn date_of(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// For staff: "Tue, Dec 1, 10:00 AM"; the year only if it is not this one.
    pub fn when(&self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        format!("{}, {}", self.day(local.date()), clock_time(local.time()))
    }

    /// For staff: "Tue, Dec 1", with the year if it is not this one.
    pub fn day(&self, date: NaiveDate) -> String {
        let base = format!("{}, {} {}", weekday_short(date.weekday()), month_short(date), date.day());
        if date.year() == self.today.year() { base } else { format!("{base}, {}", date.year()) }
    }

    /// For staff: "Dec 1", with the year if it is not this one.
    pub fn day_month(&self, date: NaiveDate) -> String {
        let base = format!("{} {}", month_short(date), date.day());
        if date.year() == self.today.year() { base } else { format!("{base}, {}", date.year()) }
    }

    /// "10:00 AM" at the site.
    pub fn time(&self, at: DateTime<Utc>) -> String {
        clock_time(self.local(at).time())
    }

    /// "10:00 AM to 12:30 PM" at the site.
    pub fn span(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
        format!("{} to {}", self.time(from), self.time(to))
    }

    /// The ends of a short window as they are said: "12:45" and "1:15 PM", "11:45 AM" and "12:15 PM".
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> (String, String) {
        let (first, last) = (self.time(from), self.time(to));
        let half = |text: &str| text.rsplit_once(' ').map(|(_, half)| half.to_owned());
        let said_once = match (half(&first), half(&last)) {
            (Some(one), Some(other)) if one == other => {
                first.rsplit_once(' ').map(|(time, _)| time.to_owned())
            }
            _ => None,
        };
        (said_once.unwrap_or(first), last)
    }

    /// For patients and drivers: "Tuesday, December 1".
    pub fn long_day(&self, date: NaiveDate) -> String {
        let base = format!("{}, {} {}", weekday_long(date.weekday()), month_long(date), date.day());
        if date.year() == self.today.year() { base } else { format!("{base}, {}", date.year()) }
    }

    /// For patients and drivers: "Tuesday, December 1, 10:00 AM".
    pub fn long_when(&self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        format!("{}, {}", self.long_day(local.date()), clock_time(local.time()))
    }

    /// "America/New_York" as people say it: "New York time".
    pub fn zone_words(&self) -> String {
        let name = self.zone.name();
        format!("{} time", name.rsplit('/').next().unwrap_or(name).replace('_', " "))
    }

    /// Machine-readable instant for `<time datetime>`.
    pub fn machine(&self, at: DateTime<Utc>) -> String {
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A birth date: "Mar 4, 1988".
    pub fn birth(&self, date: NaiveDate) -> String {
        format!("{} {}, {}", month_short(date), date.day(), date.year())
    }

    /// A birth date for patients: "March 4, 1988".
    pub fn long_birth(&self, date: NaiveDate) -> String {
        format!("{} {}, {}", month_long(date), date.day(), date.year())
    }

    /// Full years of age today.
    pub fn age(&self, birth: NaiveDate) -> i32 {
        let had_birthday = (self.today.month(), self.today.day()) >= (birth.month(), birth.day());
        self.today.year() - birth.year() - i32::from(!had_birthday)
    }
}

/// "10:00 AM"; noon and midnight in words.
pub fn clock_time(time: NaiveTime) -> String {
    match (time.hour(), time.minute()) {
        (12, 0) => "noon".to_owned(),
        (0, 0) => "midnight".to_owned(),
        (_, minute) => {
            let (pm, hour) = time.hour12();
            format!("{hour}:{minute:02} {}", if pm { "PM" } else { "AM" })
        }
    }
}

/// Minutes after midnight as `HH:MM`, the form of an `<input type="time">`.
pub fn minutes_input(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Minutes after midnight as people write them: "9:00 AM".
pub fn minutes_words(minutes: i64) -> String {
    if minutes == 1440 {
        return "midnight".to_owned();
    }
    u32::try_from(minutes)
        .ok()
        .and_then(|minutes| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0))
        .map_or_else(String::new, clock_time)
}

/// Money in the currency's minor unit: "$4,150" or "$4,150.50".
pub fn money(cents: i64, currency: &str) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let whole = grouped(cents.unsigned_abs() / 100);
    let rest = cents.unsigned_abs() % 100;
    let amount = if rest == 0 { whole } else { format!("{whole}.{rest:02}") };
    if currency == "USD" { format!("{sign}${amount}") } else { format!("{sign}{amount} {currency}") }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A span of time in whole minutes or hours: "45 min", "2 h 15 min", "3 days".
pub fn duration(span: TimeDelta) -> String {
    let minutes = span.num_minutes().abs();
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, _, _) => "1 day".to_owned(),
        (days, _, _) => format!("{days} days"),
    }
}

/// "Tue".
pub fn weekday_short(day: Weekday) -> &'static str {
    &weekday_long(day)[..3]
}

/// "Tuesday".
pub fn weekday_long(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn month_long(date: NaiveDate) -> &'static str {
    MONTHS[date.month0() as usize]
}

fn month_short(date: NaiveDate) -> &'static str {
    &month_long(date)[..3]
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn format() -> Format {
        Format::new(chrono_tz::America::New_York, Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap())
    }

    #[test]
    fn staff_read_a_short_date_with_the_year_only_when_it_differs() {
        let at = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        assert_eq!(format().when(at), "Tue, Dec 1, 10:00 AM");
        let at = Utc.with_ymd_and_hms(2027, 1, 5, 15, 30, 0).unwrap();
        assert_eq!(format().when(at), "Tue, Jan 5, 2027, 10:30 AM");
    }

    #[test]
    fn patients_read_the_weekday_and_month_in_full() {
        let at = Utc.with_ymd_and_hms(2026, 12, 1, 17, 0, 0).unwrap();
        assert_eq!(format().long_when(at), "Tuesday, December 1, noon");
    }

    #[test]
    fn a_window_says_the_half_of_the_day_once() {
        let at = |hour, minute| Utc.with_ymd_and_hms(2026, 12, 1, hour, minute, 0).unwrap();
        let between = |from, to| {
            let (first, last) = format().between(from, to);
            format!("{first} and {last}")
        };
        assert_eq!(between(at(17, 45), at(18, 15)), "12:45 and 1:15 PM");
        assert_eq!(between(at(16, 45), at(17, 15)), "11:45 AM and 12:15 PM");
        assert_eq!(between(at(17, 0), at(17, 30)), "noon and 12:30 PM");
    }

    #[test]
    fn money_groups_thousands_and_hides_empty_cents() {
        assert_eq!(money(415_000, "USD"), "$4,150");
        assert_eq!(money(123_456_789, "USD"), "$1,234,567.89");
        assert_eq!(money(-5, "USD"), "-$0.05");
    }

    #[test]
    fn age_counts_birthdays_not_years() {
        let birth = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(format().age(birth(1988, 11, 20)), 38);
        assert_eq!(format().age(birth(1988, 11, 21)), 37);
    }

    #[test]
    fn durations_read_in_the_largest_sensible_unit() {
        assert_eq!(duration(TimeDelta::minutes(45)), "45 min");
        assert_eq!(duration(TimeDelta::minutes(120)), "2 h");
        assert_eq!(duration(TimeDelta::minutes(135)), "2 h 15 min");
        assert_eq!(duration(TimeDelta::days(3)), "3 days");
    }
}
