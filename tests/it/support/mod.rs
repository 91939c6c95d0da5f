//! What the tests stand on.
//!
//! - [`databases`]: `on_each_database(|store| async move { … })` runs a case on SQLite, and on PostgreSQL when
//!   TEST_DATABASE_URL is set; `count` and `execute` speak raw SQL.
//! - [`clinic`]: `Clinic::open(store)` is a small clinic with people, rooms and a held clock; its methods are the verbs
//!   scenarios are told in.
//! - [`web`]: `Browser::of(&clinic)` asks the real router for pages and sends its forms.
//! - [`browser`]: `Chromium::start(Screen::Phone)` is a real browser, pressed and typed into like people do.
//! - [`smtp`]: `SmtpServer::start()` is a mail server that can be told to misbehave.

pub mod browser;
pub mod clinic;
pub mod databases;
pub mod smtp;
pub mod web;
