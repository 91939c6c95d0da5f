//! GET /settings: cards with the value in force, one per subject.

use askama::Template;
use chrono::TimeDelta;

use crate::config::Config;
use crate::domain::message_rules::MessageRule;
use crate::domain::messages::Stage;
use crate::domain::services::Category;
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::duration;

/// A subject with what is in force.
struct Card {
    /// Its page; `None` where the server's configuration decides.
    href: Option<&'static str>,
    title: String,
    value: String,
    hint: String,
}

#[derive(Template)]
#[template(path = "pages/settings_index.html")]
struct IndexPage {
    shell: Shell,
    cards: Vec<Card>,
}

/// The index.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let site = desk.site.id;
    let staff = tx.all_staff().await?;
    let resources = tx.resources(site).await?;
    let services = tx.services(site).await?;
    let protocols = tx.protocols(site).await?;
    let windows = tx.recall_windows().await?;
    let feeds = tx.feeds_in_use(site).await?.len();
    let wordings = tx.wordings(site).await?;
    let rules = tx.message_rules(site).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-title")).await?;
    let working = staff.iter().filter(|one| one.site_id == site && one.active).count();
    let people = resources.iter().filter(|one| one.active && !one.is_room()).count();
    let rooms = resources.iter().filter(|one| one.active && one.is_room()).count();
    let offered = services.iter().filter(|one| one.active).count();
    let planned = protocols.iter().filter(|one| one.active).count();
    let card = |href, key: &str, value, hint: &str| Card { href, title: w.t(key), value, hint: w.t(hint) };
    let people_and_rooms = format!(
        "{}, {}",
        w.n("settings-people-count", count(people)),
        w.n("settings-rooms-count", count(rooms))
    );
    let recall = super::recall::in_words(w, windows);
    let config = &desk.app.config;
    let cards = vec![
        card(Some("/settings/clinic"), "settings-clinic", desk.site.name.clone(), "settings-clinic-hint"),
        card(
            Some("/settings/staff"),
            "settings-staff",
            w.n("settings-staff-count", count(working)),
            "settings-staff-hint",
        ),
        card(Some("/settings/resources"), "settings-resources", people_and_rooms, "settings-resources-hint"),
        card(
            Some("/settings/services"),
            "settings-services",
            w.n("settings-services-count", count(offered)),
            "settings-services-hint",
        ),
        card(
            Some("/settings/protocols"),
            "settings-protocols",
            w.n("settings-protocols-count", count(planned)),
            "settings-protocols-hint",
        ),
        card(Some("/settings/recall"), "settings-recall", recall, "settings-recall-hint"),
        card(
            Some("/settings/feeds"),
            "feeds-settings",
            w.n("feeds-settings-count", count(feeds)),
            "feeds-settings-hint",
        ),
        card(
            Some("/settings/wording"),
            "settings-wording",
            super::wording::in_words(w, &wordings),
            "settings-wording-hint",
        ),
        card(None, "settings-mail", mail_in_words(w, config), "settings-mail-hint"),
        card(
            Some("/settings/messages"),
            "settings-messages",
            leads_in_words(w, &leads(&rules)),
            "settings-reminders-hint",
        ),
    ];
    page(&IndexPage { shell, cards })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Where messages go.
fn mail_in_words(w: Words, config: &Config) -> String {
    if config.smtp_url.is_some() {
        // The address itself may hold a password, so it is not shown.
        w.t("settings-mail-server")
    } else {
        w.f("settings-mail-files", [("folder", config.mail_dir.display().to_string().as_str())])
    }
}

/// The minutes at which patients are reminded before a treatment, longest first.
fn leads(rules: &[MessageRule]) -> Vec<i64> {
    let reminders = rules.iter().filter(|rule| rule.active && rule.stage == Stage::PatientReminder);
    let of_treatments = reminders.filter(|rule| rule.category.is_none_or(Category::needs_driver));
    let mut leads: Vec<i64> = of_treatments.map(|rule| rule.minutes).collect();
    leads.sort_unstable_by(|a, b| b.cmp(a));
    leads.dedup();
    leads
}

/// "3 days, 1 day before".
fn leads_in_words(w: Words, minutes: &[i64]) -> String {
    if minutes.is_empty() {
        return w.t("settings-reminders-none");
    }
    let leads: Vec<String> =
        minutes.iter().filter_map(|lead| TimeDelta::try_minutes(*lead)).map(duration).collect();
    w.f("settings-reminders-before", [("leads", leads.join(", ").as_str())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_told_in_days_and_hours() {
        assert_eq!(
            leads_in_words(Words::default(), &[4320, 1440, 120]),
            "3 days, 1 day, 2 h before the visit"
        );
        assert_eq!(leads_in_words(Words::default(), &[]), "None");
    }
}
