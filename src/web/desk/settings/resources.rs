//! GET /settings/resources: people and rooms that can be booked, with what they serve and when.

use askama::Template;

use crate::store::resources::{Resource, WeeklyHours};
use crate::web::desk::Desk;
use crate::web::kit::{Nav, PageResult, Shell, page};
use crate::words::Words;
use crate::words::format::minutes_words;

use super::{ListRow, kinds_in_words};

#[derive(Template)]
#[template(path = "pages/settings_resources.html")]
struct ResourcesPage {
    shell: Shell,
    people: Vec<ListRow>,
    rooms: Vec<ListRow>,
}

/// The list.
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let resources = tx.resources(desk.site.id).await?;
    let hours = tx.weekly_hours(desk.site.id).await?;
    let shell = desk.shell(&mut tx, Nav::Settings, w.t("settings-resources")).await?;
    let (rooms, people): (Vec<Resource>, Vec<Resource>) = resources.into_iter().partition(Resource::is_room);
    let list = |of: Vec<Resource>| of.into_iter().map(|one| row(w, one, &hours)).collect::<Vec<ListRow>>();
    page(&ResourcesPage { shell, people: list(people), rooms: list(rooms) })
}

fn row(w: Words, one: Resource, hours: &[WeeklyHours]) -> ListRow {
    let own: Vec<&WeeklyHours> = hours.iter().filter(|row| row.resource_id == one.id).collect();
    ListRow {
        href: format!("/settings/resources/{}", one.id),
        cells: vec![
            kinds_in_words(w, &one.serves),
            hours_in_words(w, &own),
            w.t(if one.active { "resources-bookable" } else { "resources-not-bookable" }),
        ],
        name: one.name,
        active: one.active,
    }
}

/// "5 days a week, 9:00 AM to 5:00 PM": how many days, and between which times at most.
fn hours_in_words(w: Words, hours: &[&WeeklyHours]) -> String {
    let (Some(from), Some(to)) =
        (hours.iter().map(|row| row.from_minute).min(), hours.iter().map(|row| row.to_minute).max())
    else {
        return w.t("resources-never");
    };
    let mut days: Vec<i64> = hours.iter().map(|row| row.weekday).collect();
    days.sort_unstable();
    days.dedup();
    let days = i64::try_from(days.len()).unwrap_or(7);
    let (from, to) = (minutes_words(from), minutes_words(to));
    w.nf("resources-days", days, [("from", from.as_str()), ("to", to.as_str())])
}
