//! What the tests stand on.
//!
//! - [`databases`]: `on_each_database(|store| async move { … })` runs a case on SQLite, and on PostgreSQL when
//!   TEST_DATABASE_URL is set; `count` and `execute` speak raw SQL.
//! - [`clinic`]: `Clinic::open(store)` is a small clinic with people, rooms and a held clock; its methods are the verbs
//!   scenarios are told in.
//! - [`web`]: `Browser::of(&clinic)` asks the real router for pages and sends its forms.
//! - [`browser`]: `Chromium::start(Screen::Phone)` is a real browser, pressed and typed into like people do.
//! - [`ical`]: `read(text)` reads a calendar back as strictly as any program would.
//! - [`smtp`]: `SmtpServer::start()` is a mail server that can be told to misbehave, `smtp::script` one that follows a script.
//! - [`program`]: `Program::start(…)` is the built program in a process of its own, to be killed.
//! - [`planning`]: `is_planned_right(&instance)` and `best_of(search)` plan for a moment, against the rules.
//! - [`ledger`]: `fill(…)` puts many due messages into the ledger at once.

pub mod browser;
pub mod clinic;
pub mod databases;
#[path = "../../../src/mail/read_back_test.rs"]
pub mod ical;
pub mod ledger;
pub mod planning;
pub mod program;
pub mod smtp;
pub mod web;
