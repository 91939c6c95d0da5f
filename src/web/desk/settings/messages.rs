//! GET /settings/messages: which message goes when, to whom, in which hours, grouped by its moment in a visit's life.

use askama::Template;

use crate::domain::message_rules::MessageRule;
use crate::domain::services::Service;
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;

use super::ListRow;
use super::message_words::{GROUPS, condition, group, hours, moment, reader, what_for};

/// The rules of one part of a visit's life.
struct Group {
    title: String,
    rows: Vec<ListRow>,
}

#[derive(Template)]
#[template(path = "pages/settings_messages.html")]
struct MessagesPage {
    shell: Shell,
    groups: Vec<Group>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let services = tx.services(desk.site.id).await?;
    let mut rules = tx.message_rules(desk.site.id).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-messages")).await?;
    // The farthest before a visit first, the nearest after it first; what is switched off stands last.
    rules.sort_by_key(|rule| {
        let far = if group(rule) == 1 { -rule.minutes } else { rule.minutes };
        (!rule.active, far)
    });
    let groups = (0..)
        .zip(GROUPS)
        .map(|(number, title)| Group {
            title: w.t(title),
            rows: rules
                .iter()
                .filter(|rule| group(rule) == number)
                .map(|rule| row(w, rule, &services))
                .collect(),
        })
        .collect();
    page(&MessagesPage { shell, groups })
}

fn row(w: Words, rule: &MessageRule, services: &[Service]) -> ListRow {
    ListRow {
        href: format!("/settings/messages/{}", rule.id),
        name: w.t(rule.stage.word_key()),
        cells: vec![
            moment(w, rule),
            what_for(w, rule, services),
            reader(w, rule.stage),
            hours(w, rule),
            condition(w, rule),
            w.t(if rule.active { "message-rules-on" } else { "message-rules-off" }),
        ],
        active: rule.active,
    }
}
