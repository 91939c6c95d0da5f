//! The commands, as the built program runs them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// One visit of 60 minutes with one doctor in one room, both of whom are there in one hour of four days.
const INSTANCE: &str = r#"{
  "timezone": "America/New_York", "grid_minutes": 15,
  "horizon": { "from": "2026-12-01", "to": "2026-12-04" },
  "resources": [
    { "id": "dr-1", "serves": ["clinician"], "hours": [{ "weekday": "wed", "from": "09:00", "to": "12:00" }] },
    { "id": "room-1", "serves": ["room"], "hours": [{ "weekday": "wed", "from": "10:00", "to": "11:00" }] }
  ],
  "services": { "talk": { "phases": [
    { "name": "talk", "offset": 0, "minutes": 60, "needs": ["clinician", "room"] }
  ] } },
  "requests": [{ "id": "ana", "service": "talk", "visits": 1, "earliest": "2026-12-01" }],
  "weights": { "gap_day": 10, "shift_minute": 0, "change": 5, "outside_preferred": 10, "delay_day": 3,
    "unplanned": 100000, "move": 20, "move_confirmed": 50, "reassign": 5 }
}"#;

/// The program with nothing of this machine's settings.
fn seriesbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seriesbook"));
    command.args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SERIESBOOK_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    seriesbook(arguments).output().expect("the program runs")
}

/// The program on a database of its own, with something on standard input.
fn run_in(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = seriesbook(arguments)
        .env("SERIESBOOK_DATA_DIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // A program that refuses before it reads has closed its end already.
    child.stdin.take().expect("its standard input").write_all(typed.as_bytes()).ok();
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn help_names_every_command() {
    let help = out(&run(&["--help"]));
    for command in ["serve", "demo", "plan", "capacity", "mail", "config", "user", "audit"] {
        let line = help.lines().find(|line| line.trim_start().starts_with(command));
        let says_what = line.is_some_and(|line| line.split_whitespace().count() > 3);
        assert!(says_what, "{command} is not explained in:\n{help}");
    }
}

#[test]
fn every_command_has_help_of_its_own() {
    for (arguments, mentions) in [
        (vec!["serve", "--help"], "Serve"),
        (vec!["demo", "--help"], "--fresh"),
        (vec!["plan", "--help"], "INSTANCE"),
        (vec!["plan", "--help"], "--explain"),
        (vec!["capacity", "--help"], "one_more_day"),
        (vec!["mail", "--help"], "hold --restored"),
        (vec!["mail", "hold", "--help"], "--restored"),
        (vec!["mail", "release", "--help"], "--drop-before"),
        (vec!["config", "--help"], "print"),
        (vec!["config", "check", "--help"], "masked"),
        (vec!["user", "--help"], "add"),
        (vec!["user", "add", "--help"], "--password-stdin"),
        (vec!["audit", "--help"], "verify"),
    ] {
        let output = run(&arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(
            out(&output).contains(mentions),
            "{arguments:?} does not mention {mentions}:\n{}",
            out(&output)
        );
    }
}

#[test]
fn plan_prints_the_best_plan_with_its_cost_and_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one.json");
    std::fs::write(&file, INSTANCE).expect("a file");
    let output = run(&["plan", file.to_str().expect("a path in UTF-8")]);
    assert!(output.status.success(), "{}", err(&output));
    let plan: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(plan["status"], "optimal", "{plan}");
    // The first day on which both are there is Wednesday: one day of delay at 3.
    assert_eq!(plan["cost"], 3, "{plan}");
    assert!(out(&output).contains("2026-12-02T10:00"), "{plan}");
}

#[test]
fn plan_refuses_a_malformed_instance_in_one_line_that_names_the_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, place) in [
        (INSTANCE.replace("\"visits\": 1", "\"visits\": \"one\""), "requests[0].visits"),
        (INSTANCE.replace("\"grid_minutes\": 15", "\"grid_minutes\": 0"), "grid_minutes"),
        (INSTANCE.replace("\"serves\": [\"room\"]", "\"serves\": [\"room\"], \"colour\": 1"), "resources[1]"),
        ("{ not json".to_owned(), "$"),
    ] {
        let file = folder.path().join("bad.json");
        std::fs::write(&file, text).expect("a file");
        let output = run(&["plan", file.to_str().expect("a path in UTF-8")]);
        assert_eq!(output.status.code(), Some(2), "{place}: {}", err(&output));
        assert_eq!(err(&output).trim_end().lines().count(), 1, "{}", err(&output));
        assert!(err(&output).contains(place), "{place} is not named: {}", err(&output));
        assert!(output.stdout.is_empty(), "{place}: {}", out(&output));
    }
    let output = run(&["plan", "/nowhere/at/all.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("/nowhere/at/all.json"));
}

#[test]
fn plan_explains_on_standard_error_where_each_cost_comes_from_and_why_others_are_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("two.json");
    let never = r#""earliest": "2026-12-01" },
        { "id": "ben", "service": "talk", "visits": 1, "earliest": "2026-12-03" }]"#;
    let two = INSTANCE.replace(r#""earliest": "2026-12-01" }]"#, never);
    std::fs::write(&file, two).expect("a file");
    let path = file.to_str().expect("a path in UTF-8");
    let output = run(&["plan", path, "--explain", "--deadline-ms", "100"]);
    assert!(output.status.success(), "{}", err(&output));
    let plan: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON and nothing else");
    assert_eq!(plan["planned"][0]["cost"], 3, "{plan}");
    let said = err(&output);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "ana costs 3:");
    assert_eq!(lines[1].trim(), "3  The first visit waits one day");
    assert_eq!(lines[2], "ben is not planned, which costs 100000:");
    let earliest = "With a first date of Wed, Dec 2, 2026: from Wed, Dec 2, 2026.";
    assert!(said.contains(earliest), "an earlier first date frees it: {said}");
    assert!(err(&run(&["plan", path, "--deadline-ms", "100"])).is_empty(), "only when asked");
}

#[test]
fn capacity_of_an_instance_is_a_table_or_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one.json");
    std::fs::write(&file, INSTANCE).expect("a file");
    let path = file.to_str().expect("a path in UTF-8");
    let table = run(&["capacity", "--instance", path]);
    assert!(table.status.success(), "{}", err(&table));
    let text = out(&table);
    // Doctor and room share one hour of one day.
    let row = text.lines().find(|line| line.starts_with("ana")).expect("a row for the request");
    assert!(row.contains("at least 1") && row.contains("Wed, Dec 2"), "{text}");
    assert!(row.contains("no single kind"), "neither a second doctor nor a second room is enough: {text}");
    assert!(text.lines().any(|line| line.starts_with("room ") && line.contains("0 to 100")), "{text}");
    assert!(!text.contains('«'), "a word is missing: {text}");

    let printed = run(&["capacity", "--instance", path, "--json", "--protocol", "ana"]);
    let json: serde_json::Value = serde_json::from_str(&out(&printed)).expect("JSON");
    let one = &json["series"][0];
    assert_eq!(json["from"], "2026-12-01", "{json}");
    assert_eq!(one["series"], "ana", "{json}");
    assert_eq!(one["fits"], 1, "{json}");
    assert_eq!(one["starts"][0], "2026-12-02", "{json}");
    assert!(one["binding"].is_null() && one["reason"].is_null(), "{json}");
    assert_eq!(one["one_more"][1]["kind"], "room", "{json}");
    assert_eq!(one["weeks"][0]["kinds"][1]["open_minutes"], 60, "{json}");
    assert_eq!(one["weeks"][0]["kinds"][1]["taken_with_minutes"], 60, "{json}");
}

#[test]
fn capacity_says_in_one_line_what_it_cannot_look_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one.json");
    std::fs::write(&file, INSTANCE).expect("a file");
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, "{ not json").expect("a file");
    let (path, bad) = (file.to_str().expect("UTF-8"), bad.to_str().expect("UTF-8"));
    let unknown = "There is no protocol nobody. There are: ana.";
    for (arguments, part) in [
        (vec!["capacity", "--instance", path, "--protocol", "nobody"], unknown),
        (vec!["capacity", "--instance", bad], "$"),
        (vec!["capacity", "--instance", "/nowhere/at/all.json"], "/nowhere/at/all.json"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert_eq!(err(&output).trim_end().lines().count(), 1, "{}", err(&output));
        assert!(err(&output).contains(part), "{arguments:?}: {}", err(&output));
        assert!(output.stdout.is_empty(), "{}", out(&output));
    }
    let both = run(&["capacity", "--instance", path, "--weeks", "4"]);
    assert_eq!(both.status.code(), Some(2), "an instance has its own dates");

    let empty = tempfile::tempdir().expect("a folder");
    let missing = run_in(empty.path(), &["capacity"], "");
    assert_eq!(missing.status.code(), Some(2), "{}", err(&missing));
    assert!(err(&missing).contains("there is no database"), "{}", err(&missing));
    assert_eq!(std::fs::read_dir(empty.path()).expect("the folder").count(), 0);
}

#[test]
fn capacity_of_a_new_clinic_says_who_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = ["user", "add", "--email", "owner@clinic.test", "--role", "owner", "--password-stdin"];
    assert!(run_in(folder.path(), &add, "a password of my own\n").status.success());
    let asked = ["capacity", "--weeks", "3", "--protocol", "kap, 2 infusions"];
    let output = run_in(folder.path(), &asked, "");
    assert!(output.status.success(), "{}", err(&output));
    let text = out(&output);
    let row = text.lines().find(|line| line.starts_with("KAP, 2 infusions")).expect("a row");
    assert!(row.contains("none"), "{text}");
    assert!(text.contains("No series of KAP, 2 infusions fits."), "{text}");
    assert!(text.contains("needs clinician"), "{text}");
}

#[test]
fn config_print_is_the_default_file() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/default.toml");
    assert_eq!(out(&run(&["config", "print"])), std::fs::read_to_string(file).expect("the default file"));
}

#[test]
fn config_check_shows_what_is_in_force_and_masks_passwords() {
    let output = seriesbook(&["config", "check"])
        .env("SERIESBOOK_BIND", "127.0.0.1:9999")
        .env("SERIESBOOK_SMTP_URL", "smtp://clinic:hunter2@relay.test:587")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("bind = 127.0.0.1:9999"), "{}", out(&output));
    assert!(!out(&output).contains("hunter2"), "{}", out(&output));
}

#[test]
fn a_wrong_setting_stops_the_start_with_its_name_value_and_what_is_allowed() {
    for (name, value, allowed) in [
        ("SERIESBOOK_BIND", "nowhere", "127.0.0.1:8080"),
        ("SERIESBOOK_HOLD_MINUTES", "a while", "whole number"),
        ("SERIESBOOK_DATABASE_URL", "mysql://x", "sqlite:"),
        ("SERIESBOOK_BIMD", "127.0.0.1:1", "did you mean bind"),
    ] {
        for command in [&["config", "check"][..], &["serve"][..]] {
            let output = seriesbook(command).env(name, value).output().expect("the program runs");
            assert_eq!(output.status.code(), Some(2), "{name}: {}", err(&output));
            for part in [name, allowed] {
                assert!(err(&output).contains(part), "{name}: no {part:?} in {}", err(&output));
            }
        }
    }
}

#[test]
fn user_add_makes_the_owner_and_refuses_the_same_email_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = ["user", "add", "--email", "Owner@Clinic.test", "--role", "owner", "--password-stdin"];

    let short = run_in(folder.path(), &add, "short\n");
    assert_eq!(short.status.code(), Some(2), "{}", err(&short));
    assert!(err(&short).contains("12"), "{}", err(&short));

    let first = run_in(folder.path(), &add, "a password of my own\n");
    assert!(first.status.success(), "{}", err(&first));

    let again = run_in(folder.path(), &add, "another password\n");
    assert_eq!(again.status.code(), Some(2), "{} {}", out(&again), err(&again));
    assert!(!err(&again).trim().is_empty());

    let desk = ["user", "add", "--email", "desk@clinic.test", "--role", "front_desk", "--password-stdin"];
    let second = run_in(folder.path(), &desk, "a password of my own\n");
    assert!(second.status.success(), "{}", err(&second));

    let verified = run_in(folder.path(), &["audit", "verify"], "");
    assert!(verified.status.success(), "{}", err(&verified));
    assert!(out(&verified).contains("2 rows, unbroken"), "{}", out(&verified));
}

#[test]
fn the_first_account_must_own_the_clinic() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = ["user", "add", "--email", "desk@clinic.test", "--role", "front_desk", "--password-stdin"];
    let output = run_in(folder.path(), &add, "a password of my own\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("owner"), "{}", err(&output));
}

#[test]
fn a_check_of_a_database_that_is_not_there_says_so_and_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run_in(folder.path(), &["audit", "verify"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("there is no database"), "{}", err(&output));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn mail_is_held_looked_at_and_released_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = run_in(folder.path(), &["mail", "status"], "");
    assert_eq!(missing.status.code(), Some(1), "{}", err(&missing));
    assert!(err(&missing).contains("there is no database"), "{}", err(&missing));

    let add = ["user", "add", "--email", "owner@clinic.test", "--role", "owner", "--password-stdin"];
    assert!(run_in(folder.path(), &add, "a password of my own\n").status.success());
    let status = || out(&run_in(folder.path(), &["mail", "status"], ""));
    assert!(status().contains("Mail goes."), "{}", status());
    assert!(status().contains("No message is due."), "{}", status());

    let held = run_in(folder.path(), &["mail", "hold", "--restored", "--why", "disk replaced"], "");
    assert!(held.status.success(), "{}", err(&held));
    assert!(status().contains("restored from a backup (command line)"), "{}", status());
    let again = run_in(folder.path(), &["mail", "hold"], "");
    assert!(again.status.success() && out(&again).contains("held already"), "{}", out(&again));

    let typo = run_in(folder.path(), &["mail", "release", "--drop-before", "yesterday"], "");
    assert_eq!(typo.status.code(), Some(2));
    assert!(err(&typo).contains("2026-12-01T15:00:00Z"), "{}", err(&typo));
    let released = run_in(folder.path(), &["mail", "release", "--drop-before", "2026-12-01T15:00:00Z"], "");
    assert!(released.status.success(), "{}", err(&released));
    assert!(status().contains("Mail goes."), "{}", status());
    let nothing = run_in(folder.path(), &["mail", "release"], "");
    assert_eq!(nothing.status.code(), Some(1), "{}", out(&nothing));
    assert!(!out(&released).contains('«') && !status().contains('«'), "a word is missing");
    assert!(run_in(folder.path(), &["audit", "verify"], "").status.success());
}
