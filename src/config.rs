//! Configuration: the embedded, commented default file, then a file of the owner's, then one variable per setting.
//!
//! Every setting is one key of the file and one variable, `SERIESBOOK_` and the key in capitals. A wrong value stops
//! the start with its name, the value and what is allowed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::domain::driver_ladder::LadderRules;
use crate::domain::drivers::PickUp;
use crate::domain::intake::IntakeRules;

/// The default file, as `seriesbook config print` shows it.
pub const DEFAULT: &str = include_str!("../config/default.toml");

/// What every variable begins with.
const PREFIX: &str = "SERIESBOOK_";
/// The variable that names the owner's file.
const FILE_VARIABLE: &str = "SERIESBOOK_CONFIG";

/// The clinic's numbers that rules and messages use; minutes throughout. When staged messages go is what a *new* clinic begins with:
/// its rules are rows from then on, which the owner changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a proposed course is held.
    pub hold_minutes: i64,
    /// How long a message waits, so that a slip undone sends nothing.
    pub mail_undo_minutes: i64,
    /// Before a treatment or consultation: when the patient is reminded.
    pub patient_reminder_minutes: Vec<i64>,
    /// Before a talk (coaching, preparation, review): when the patient is reminded.
    pub talk_reminder_minutes: Vec<i64>,
    /// Before a treatment: when the patient is asked to set or revisit an intention.
    pub intention_reminder_minutes: Vec<i64>,
    /// Before a treatment: when the driver is reminded.
    pub driver_reminder_minutes: Vec<i64>,
    /// Before a treatment: the last call to a patient who named no driver, as the rules of messages begin with it.
    pub driver_last_call_minutes: i64,
    /// Before a treatment: from when a missing driver is a worklist line.
    pub driver_worklist_minutes: i64,
    /// Before a treatment without a confirmed driver: when the desk calls.
    pub driver_desk_call_minutes: i64,
    /// Before a treatment without a confirmed driver: when a clinician decides what becomes of it.
    pub driver_clinician_minutes: i64,
    /// How wide the pick-up is around the end of recovery.
    pub pick_up: PickUp,
    /// Before a visit: from when a missing confirmation is a worklist line.
    pub confirm_worklist_minutes: i64,
    /// How long a canceled visit can be restored by the undo strip.
    pub cancel_undo_minutes: i64,
    /// Before a visit: until when a patient may cancel it by their link; later they call.
    pub link_cancel_minutes: i64,
    /// The grid on which visits start.
    pub grid_minutes: i64,
    /// After the end of a treatment: when the patient is asked how they are.
    pub mood_check_in_minutes: Vec<i64>,
    /// While a course runs: how often the patient is asked the nine questions; 0 for never.
    pub phq9_every_minutes: i64,
    /// How many days before a decision ends clinicians are asked to decide again, while treatment goes on.
    pub redecide_days: i64,
    /// Intake: how long each may take, and when patients are reminded.
    pub intake: IntakeRules,
}

impl Rules {
    /// When each step of the ladder of a missing driver is reached; `ask_patient` as the owner's rules of messages have it.
    pub fn driver_ladder(&self, ask_patient: Option<i64>) -> LadderRules {
        LadderRules {
            ask_patient,
            desk_calls: self.driver_desk_call_minutes,
            clinician_decides: self.driver_clinician_minutes,
        }
    }
}

/// Everything the program is told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// Where people reach the program, without a slash at the end; links in messages begin with it.
    pub base_url: String,
    /// The database; empty in the file means a SQLite file under the data directory.
    pub database_url: Option<String>,
    /// Where the embedded database and, without a mail server, the messages go.
    pub data_dir: PathBuf,
    /// The mail server, if there is one.
    pub smtp_url: Option<String>,
    /// Where messages go as files without a mail server.
    pub mail_dir: PathBuf,
    /// Address messages come from; the site's own if empty.
    pub mail_from: Option<String>,
    /// The folder (a Maildir) into which mail that comes back is delivered, if there is one.
    pub bounce_maildir: Option<PathBuf>,
    /// Where mail servers report what they cannot deliver; the address messages come from if empty.
    pub bounce_address: Option<String>,
    /// Connections to the mail server at most.
    pub smtp_connections: u32,
    /// How long a try to send may take, seconds.
    pub smtp_timeout_seconds: u64,
    /// Seconds between ticks.
    pub tick_seconds: u64,
    /// Messages that may go in a minute; beyond it all mail is held until staff release it. 0: never.
    pub mail_flood_per_minute: i64,
    /// Whether cookies are sent over HTTPS only.
    pub secure_cookies: bool,
    /// Idle minutes after which staff are signed out.
    pub session_idle_minutes: i64,
    /// Minutes after which staff sign in again whatever they do.
    pub session_minutes: i64,
    /// Log lines as JSON.
    pub log_json: bool,
    /// The clinic's numbers.
    pub rules: Rules,
    /// Whether this is the demo (never set by file or variable).
    pub demo: bool,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// Where a value was given, for messages.
#[derive(Clone)]
struct Given {
    value: toml::Value,
    source: String,
}

impl Config {
    /// The configuration from the defaults, the owner's file and the variables.
    ///
    /// # Errors
    /// Names every setting that cannot be used, its value and what is allowed.
    pub fn load(variables: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let variables: BTreeMap<String, String> =
            variables.filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let mut given = read_table(DEFAULT, "the default")?;
        let known: Vec<String> = given.keys().cloned().collect();
        let mut faults = Vec::new();
        if let Some(path) = variables.get(FILE_VARIABLE) {
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError(format!("{FILE_VARIABLE}={path}: cannot be read: {error}")))?;
            for (key, value) in read_table(&text, path)? {
                if known.contains(&key) {
                    given.insert(key, value);
                } else {
                    faults.push(format!("{path}: there is no setting {key}{}", nearest(&key, &known)));
                }
            }
        }
        for (name, value) in variables.iter().filter(|(name, _)| name.as_str() != FILE_VARIABLE) {
            let key = name[PREFIX.len()..].to_lowercase();
            if known.contains(&key) {
                let value = toml::Value::String(value.clone());
                given.insert(key, Given { value, source: name.clone() });
            } else {
                faults.push(format!("there is no setting {name}{}", nearest(&key, &known)));
            }
        }
        let config = Reader { given, faults: &mut faults }.read();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults.join("\n"))) }
    }

    /// The database address in force.
    pub fn database(&self) -> String {
        let file = if self.demo { "demo.sqlite" } else { "seriesbook.sqlite" };
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join(file).display()))
    }

    /// The settings in force as text, passwords in addresses masked.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        let list = |minutes: &[i64]| minutes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let rows: [(&str, String); 23] = [
            ("bind", self.bind.to_string()),
            ("base_url", self.base_url.clone()),
            ("database_url", mask(&self.database())),
            ("data_dir", self.data_dir.display().to_string()),
            ("smtp_url", self.smtp_url.as_deref().map(mask).unwrap_or_default()),
            ("mail_dir", self.mail_dir.display().to_string()),
            ("mail_from", self.mail_from.clone().unwrap_or_default()),
            ("smtp_connections", self.smtp_connections.to_string()),
            ("smtp_timeout_seconds", self.smtp_timeout_seconds.to_string()),
            ("tick_seconds", self.tick_seconds.to_string()),
            ("secure_cookies", self.secure_cookies.to_string()),
            ("session_idle_minutes", self.session_idle_minutes.to_string()),
            ("session_minutes", self.session_minutes.to_string()),
            ("log_json", self.log_json.to_string()),
            ("hold_minutes", self.rules.hold_minutes.to_string()),
            ("mail_undo_minutes", self.rules.mail_undo_minutes.to_string()),
            ("patient_reminder_minutes", list(&self.rules.patient_reminder_minutes)),
            ("talk_reminder_minutes", list(&self.rules.talk_reminder_minutes)),
            ("intention_reminder_minutes", list(&self.rules.intention_reminder_minutes)),
            ("driver_reminder_minutes", list(&self.rules.driver_reminder_minutes)),
            ("driver_last_call_minutes", self.rules.driver_last_call_minutes.to_string()),
            ("driver_worklist_minutes", self.rules.driver_worklist_minutes.to_string()),
            ("confirm_worklist_minutes", self.rules.confirm_worklist_minutes.to_string()),
        ];
        for (key, value) in rows {
            let _ = writeln!(out, "{key} = {value}");
        }
        let _ = writeln!(out, "mail_flood_per_minute = {}", self.mail_flood_per_minute);
        let maildir = self.bounce_maildir.as_ref().map(|folder| folder.display().to_string());
        let _ = writeln!(out, "bounce_maildir = {}", maildir.unwrap_or_default());
        let _ = writeln!(out, "bounce_address = {}", self.bounce_address.as_deref().unwrap_or_default());
        let _ = writeln!(out, "driver_desk_call_minutes = {}", self.rules.driver_desk_call_minutes);
        let _ = writeln!(out, "driver_clinician_minutes = {}", self.rules.driver_clinician_minutes);
        let _ = writeln!(out, "pick_up_before_minutes = {}", self.rules.pick_up.before_minutes);
        let _ = writeln!(out, "pick_up_after_minutes = {}", self.rules.pick_up.after_minutes);
        let _ = writeln!(out, "cancel_undo_minutes = {}", self.rules.cancel_undo_minutes);
        let _ = writeln!(out, "link_cancel_minutes = {}", self.rules.link_cancel_minutes);
        let _ = writeln!(out, "grid_minutes = {}", self.rules.grid_minutes);
        let _ = writeln!(out, "mood_check_in_minutes = {}", list(&self.rules.mood_check_in_minutes));
        let _ = writeln!(out, "phq9_every_minutes = {}", self.rules.phq9_every_minutes);
        let _ = writeln!(out, "redecide_days = {}", self.rules.redecide_days);
        let intake = &self.rules.intake;
        let _ = writeln!(out, "intake_send_workdays = {}", intake.send_workdays);
        let _ = writeln!(out, "intake_return_days = {}", intake.return_days);
        let _ = writeln!(out, "intake_review_workdays = {}", intake.review_workdays);
        let _ = writeln!(out, "intake_call_workdays = {}", intake.call_workdays);
        let _ = writeln!(out, "intake_nudge_days = {}", list(&intake.nudge_days));
        out
    }
}

fn read_table(text: &str, source: &str) -> Result<BTreeMap<String, Given>, ConfigError> {
    let table: toml::Table = text
        .parse()
        .map_err(|error| ConfigError(format!("{source}: {}", first_line(&format!("{error}")))))?;
    Ok(table.into_iter().map(|(key, value)| (key, Given { value, source: source.to_owned() })).collect())
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// " (did you mean bind?)" for a key one slip away from a known one.
fn nearest(key: &str, known: &[String]) -> String {
    known
        .iter()
        .find(|name| crate::domain::patients::one_slip_apart(name, key))
        .map(|name| format!(" (did you mean {name}?)"))
        .unwrap_or_default()
}

/// An address with its password hidden.
pub fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // The last @ ends the credentials: a password may hold one itself.
    let Some((credentials, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = credentials.split_once(':').map_or(credentials, |(user, _)| user);
    format!("{scheme}://{user}:***@{host}")
}

/// Reads one setting after the other and collects what is wrong.
struct Reader<'a> {
    given: BTreeMap<String, Given>,
    faults: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn read(mut self) -> Config {
        let data_dir = PathBuf::from(self.text("data_dir"));
        let mail_dir = match self.text("mail_dir") {
            empty if empty.is_empty() => data_dir.join("mail"),
            path => PathBuf::from(path),
        };
        let bind = self.text("bind");
        let bind = bind.parse().unwrap_or_else(|_| {
            self.fault("bind", "an address and port such as 127.0.0.1:8080");
            SocketAddr::from(([127, 0, 0, 1], 8080))
        });
        let base_url = match self.text("base_url") {
            empty if empty.is_empty() => format!("http://{bind}"),
            url => url.trim_end_matches('/').to_owned(),
        };
        if !is_web_address(&base_url) {
            self.fault("base_url", "an address that begins with http:// or https:// and names a host");
        }
        let over_https = base_url.starts_with("https://");
        Config {
            bind,
            base_url,
            database_url: self.url("database_url", &["sqlite:", "postgres://", "postgresql://"]),
            smtp_url: self.url("smtp_url", &["smtp://", "smtps://"]),
            data_dir,
            mail_dir,
            mail_from: self.mail_address("mail_from"),
            bounce_maildir: Some(self.text("bounce_maildir"))
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            bounce_address: self.mail_address("bounce_address"),
            smtp_connections: u32::try_from(self.number("smtp_connections", 1, 64)).unwrap_or(4),
            smtp_timeout_seconds: self.number("smtp_timeout_seconds", 1, 600).unsigned_abs(),
            tick_seconds: self.number("tick_seconds", 1, 3600).unsigned_abs(),
            mail_flood_per_minute: self.number("mail_flood_per_minute", 0, 100_000),
            secure_cookies: self.flag("secure_cookies") || over_https,
            session_idle_minutes: self.number("session_idle_minutes", 1, 1440),
            session_minutes: self.number("session_minutes", 5, 10080),
            log_json: self.flag("log_json"),
            rules: Rules {
                hold_minutes: self.number("hold_minutes", 5, 20160),
                mail_undo_minutes: self.number("mail_undo_minutes", 0, 60),
                patient_reminder_minutes: self.leads("patient_reminder_minutes"),
                talk_reminder_minutes: self.leads("talk_reminder_minutes"),
                intention_reminder_minutes: self.leads("intention_reminder_minutes"),
                driver_reminder_minutes: self.leads("driver_reminder_minutes"),
                driver_last_call_minutes: self.number("driver_last_call_minutes", 60, 43200),
                driver_worklist_minutes: self.number("driver_worklist_minutes", 60, 43200),
                driver_desk_call_minutes: self.number("driver_desk_call_minutes", 30, 43200),
                driver_clinician_minutes: self.number("driver_clinician_minutes", 15, 43200),
                pick_up: PickUp {
                    before_minutes: self.number("pick_up_before_minutes", 0, 120),
                    after_minutes: self.number("pick_up_after_minutes", 5, 240),
                },
                confirm_worklist_minutes: self.number("confirm_worklist_minutes", 60, 43200),
                cancel_undo_minutes: self.number("cancel_undo_minutes", 0, 1440),
                link_cancel_minutes: self.number("link_cancel_minutes", 0, 43200),
                grid_minutes: self.grid("grid_minutes"),
                mood_check_in_minutes: self.leads("mood_check_in_minutes"),
                phq9_every_minutes: self.number("phq9_every_minutes", 0, 129_600),
                redecide_days: self.number("redecide_days", 1, 180),
                intake: IntakeRules {
                    send_workdays: self.number("intake_send_workdays", 0, 30),
                    return_days: self.number("intake_return_days", 1, 90),
                    review_workdays: self.number("intake_review_workdays", 1, 30),
                    call_workdays: self.number("intake_call_workdays", 0, 30),
                    nudge_days: self.days("intake_nudge_days"),
                },
            },
            demo: false,
        }
    }

    fn fault(&mut self, key: &str, allowed: &str) {
        let (value, source) = self.given.get(key).map_or((String::new(), String::new()), |given| {
            let value = match &given.value {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (mask(&value), given.source.clone())
        });
        let name = if source.starts_with(PREFIX) { source } else { format!("{key} in {source}") };
        self.faults.push(format!("{name} is {value:?}; allowed: {allowed}"));
    }

    fn text(&mut self, key: &str) -> String {
        match self.given.get(key).map(|given| given.value.clone()) {
            Some(toml::Value::String(text)) => text.trim().to_owned(),
            _ => {
                self.fault(key, "a text in quotes");
                String::new()
            }
        }
    }

    fn url(&mut self, key: &str, starts: &[&str]) -> Option<String> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        if !starts.iter().any(|start| text.starts_with(start) && text.len() > start.len()) {
            self.fault(key, &format!("empty, or an address that begins with {}", starts.join(" or ")));
        }
        Some(text)
    }

    fn mail_address(&mut self, key: &str) -> Option<String> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        if text.parse::<lettre::Address>().is_err() {
            self.fault(key, "empty, or an email address such as clinic@example.com");
        }
        Some(text)
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.given.get(key).map(|given| given.value.clone()) {
            Some(toml::Value::Boolean(flag)) => flag,
            Some(toml::Value::String(text)) if text == "true" => true,
            Some(toml::Value::String(text)) if text == "false" => false,
            _ => {
                self.fault(key, "true or false");
                false
            }
        }
    }

    fn number(&mut self, key: &str, min: i64, max: i64) -> i64 {
        let number = match self.given.get(key).map(|given| &given.value) {
            Some(toml::Value::Integer(number)) => Some(*number),
            Some(toml::Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        match number.filter(|number| (min..=max).contains(number)) {
            Some(number) => number,
            None => {
                self.fault(key, &format!("a whole number from {min} to {max}"));
                min
            }
        }
    }

    /// A grid that divides the day.
    fn grid(&mut self, key: &str) -> i64 {
        let number = self.number(key, 5, 60);
        if 1440 % number != 0 {
            self.fault(key, "5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 32, 36, 40, 45, 48 or 60");
        }
        number
    }

    /// A list of minutes, in the file `[10080, 2880]`, in a variable `10080,2880`; empty for none.
    fn leads(&mut self, key: &str) -> Vec<i64> {
        let allowed = "up to 10 whole numbers of minutes from 15 to 129600, such as 10080, 2880, 1440";
        self.list(key, 15..=129_600, allowed)
    }

    /// A list of days, in the file `[3, 7]`, in a variable `3,7`; empty for none.
    fn days(&mut self, key: &str) -> Vec<i64> {
        self.list(key, 1..=60, "up to 10 whole numbers of days from 1 to 60, such as 3, 7")
    }

    fn list(&mut self, key: &str, range: RangeInclusive<i64>, allowed: &str) -> Vec<i64> {
        let numbers: Option<Vec<i64>> = match self.given.get(key).map(|given| &given.value) {
            Some(toml::Value::Array(items)) => items.iter().map(toml::Value::as_integer).collect(),
            Some(toml::Value::String(text)) => text
                .trim_matches(|c: char| c == '[' || c == ']' || c.is_whitespace())
                .split(',')
                .filter(|part| !part.trim().is_empty())
                .map(|part| part.trim().parse().ok())
                .collect(),
            _ => None,
        };
        match numbers.filter(|all| all.len() <= 10 && all.iter().all(|one| range.contains(one))) {
            Some(numbers) => numbers,
            None => {
                self.fault(key, allowed);
                Vec::new()
            }
        }
    }
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(|c| c.is_ascii_graphic() && c != '@')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_embedded_defaults_are_the_clinics_numbers() {
        let config = load(&[]).expect("the defaults are sound");
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.rules.patient_reminder_minutes, [10080, 2880, 1440]);
        assert_eq!(config.rules.intention_reminder_minutes, [4320]);
        assert_eq!(config.rules.driver_reminder_minutes, [4320, 1440]);
        assert_eq!(config.rules.driver_last_call_minutes, 4320);
        assert_eq!(config.rules.driver_desk_call_minutes, 2880);
        assert_eq!(config.rules.driver_clinician_minutes, 1440);
        assert_eq!(config.rules.pick_up, PickUp { before_minutes: 0, after_minutes: 30 });
        assert_eq!(config.rules.hold_minutes, 1440);
        assert_eq!(config.rules.mood_check_in_minutes, [1440, 4320, 10080]);
        assert_eq!(config.rules.phq9_every_minutes, 10080);
        assert_eq!(config.rules.intake.nudge_days, [3, 7]);
        assert_eq!(config.smtp_url, None);
    }

    #[test]
    fn every_setting_can_be_given_by_a_variable() {
        let table: toml::Table = DEFAULT.parse().expect("TOML");
        for (key, value) in table {
            let text = match &value {
                toml::Value::String(text) => text.clone(),
                toml::Value::Array(items) => {
                    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
                }
                other => other.to_string(),
            };
            let name = format!("SERIESBOOK_{}", key.to_uppercase());
            assert!(load(&[(&name, &text)]).is_ok(), "{name}={text}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_allowed() {
        let error = load(&[("SERIESBOOK_BIND", "eighty"), ("SERIESBOOK_HOLD_MINUTES", "-3")])
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "SERIESBOOK_BIND is \"eighty\"; allowed: an address and port such as 127.0.0.1:8080\n\
             SERIESBOOK_HOLD_MINUTES is \"-3\"; allowed: a whole number from 5 to 20160"
        );
    }

    #[test]
    fn an_unknown_variable_stops_the_start_and_suggests_the_right_one() {
        let error = load(&[("SERIESBOOK_BIMD", "127.0.0.1:1")]).unwrap_err().to_string();
        assert_eq!(error, "there is no setting SERIESBOOK_BIMD (did you mean bind?)");
    }

    #[test]
    fn passwords_in_addresses_are_never_shown() {
        assert_eq!(mask("postgres://clinic:s3:cr@t@db/seriesbook"), "postgres://clinic:***@db/seriesbook");
        let error = load(&[("SERIESBOOK_SMTP_URL", "http://u:hunter2@relay")]).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
