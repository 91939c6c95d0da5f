//! The component page: every part in every state with made-up people, for owners, the demo, axe and screenshots.

use askama::Template;

use super::Desk;
use crate::web::kit::{Fields, Nav, PageResult, Shell, page};
use crate::words::Words;

/// One state as it looks on a card and as a word.
struct StateSample {
    class: &'static str,
    glyph: &'static str,
    word: String,
}

/// The page; `fields` holds one right and two wrong answers, so that messages show.
#[derive(Template)]
#[template(path = "pages/components.html")]
struct ComponentsPage {
    shell: Shell,
    fields: Fields,
    states: Vec<StateSample>,
    services: Vec<(String, String)>,
    days: Vec<(String, String)>,
}

/// The states of experience.md section 3, in the order a visit goes through them.
fn states(w: Words) -> Vec<StateSample> {
    let sample = |class, glyph, word| StateSample { class, glyph, word };
    vec![
        sample("st-held", "◷", w.f("state-held-until", [("when", "4:00 PM")])),
        sample("st-booked", "○", w.t("state-booked")),
        sample("st-confirmed", "●", w.t("state-confirmed")),
        sample("st-arrived", "▸", w.t("state-arrived")),
        sample("st-active", "■", w.t("state-infusing")),
        sample("st-active", "■", w.t("state-in-treatment")),
        sample("st-active", "■", w.t("state-in-session")),
        sample("st-recovering", "▤", w.f("state-recovering-until", [("when", "12:10 PM")])),
        sample("st-ready", "✓", w.t("state-ready")),
        sample("st-gone", "", w.t("state-gone")),
        sample("st-canceled", "", w.t("state-canceled")),
        sample("st-moved", "→", w.f("state-moved-to", [("when", "Wed, Dec 2")])),
        sample("st-missed", "⊘", w.t("state-missed")),
    ]
}

/// A form in the middle of being filled in, with two fields refused.
fn sample_form(w: Words) -> Fields {
    let mut fields = Fields::new();
    fields
        .set("name", "Maria Alvarez")
        .set("phone", "+1 555 010 0133")
        .set("birth", "3/4")
        .set("service", "infusion")
        .set("part", "morning")
        .add("days", "tue")
        .add("days", "thu");
    fields.fail("birth", w.t("components-birth-error"));
    fields.fail("note", w.t("components-note-error"));
    fields
}

/// The page, for owners.
pub async fn show(desk: Desk) -> PageResult {
    let mut tx = desk.read().await?;
    let shell = desk.shell(&mut tx, Nav::None, "").await?;
    render(shell)
}

/// Renders the page inside the frame it is given.
///
/// # Errors
/// When the template fails.
pub fn render(shell: Shell) -> PageResult {
    let w = shell.w;
    let services = vec![
        ("consultation".to_owned(), w.t("components-consultation")),
        ("infusion".to_owned(), w.t("components-infusion")),
    ];
    let days = vec![
        ("mon".to_owned(), w.t("weekday-mon")),
        ("tue".to_owned(), w.t("weekday-tue")),
        ("wed".to_owned(), w.t("weekday-wed")),
        ("thu".to_owned(), w.t("weekday-thu")),
        ("fri".to_owned(), w.t("weekday-fri")),
    ];
    let title = w.t("components-title");
    page(&ComponentsPage {
        shell: shell.titled(title).refused(true),
        fields: sample_form(w),
        states: states(w),
        services,
        days,
    })
}
