//! Programs that read mail open every link in it, again and again, before a person does: nothing in any table may change by that.

use mail_parser::MessageParser;
use seriesbook::store::Store;
use seriesbook::web::routes::{Access, table};

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::databases::{dump, execute, on_each_database};
use crate::support::smtp::Mail;
use crate::support::web::Browser;

/// How often each address is opened.
const TIMES: usize = 50;

/// The keys a scanner finds in somebody's mail.
struct Keys {
    patient: String,
    driver: String,
    one_click: String,
    calendar: String,
}

/// The token of the one-click address of a mail, if it has one.
fn one_click(mail: &Mail) -> Option<String> {
    let message = MessageParser::default().parse(&mail.data)?;
    let header = message.header_raw("List-Unsubscribe")?.replace("\r\n", "");
    let (_, after) = header.split_once("/v/")?;
    after.split('/').next().map(str::to_owned)
}

/// The address of each route for links, with a key and an id that is there in it.
fn addresses(keys: &Keys, visit: &str) -> Vec<String> {
    let links = table().into_iter().filter(|route| route.access == Access::Link);
    let filled = links.map(|route| {
        let key = match route.path {
            "/calendar/{token}" => &keys.calendar,
            path if path.ends_with("/unsubscribe") => &keys.one_click,
            path if path.starts_with("/d/") => &keys.driver,
            _ => &keys.patient,
        };
        let path = route.path.replace("{token}", key).replace("{id}", visit);
        path.replace("{n}", "9").replace("{section}", "4")
    });
    let mut all: Vec<String> = filled.collect();
    all.sort_unstable();
    all.dedup();
    // What a form would send, asked for like a page.
    all.push(format!("/d/{}/answer?answer=no&drive={visit}:1", keys.driver));
    all.push(format!("/v/{}/phq9/9?answer=3", keys.patient));
    all.push(format!("/v/{}/unsubscribe?List-Unsubscribe=One-Click", keys.one_click));
    all
}

/// Opens each address so many times: as a page, for its headers alone, and ahead of a click that may never come.
async fn open_all(world: &World, addresses: &[String], times: usize) {
    let mut browser = Browser::of(&world.clinic);
    for round in 0..times {
        for address in addresses {
            let page = match round % 3 {
                0 => browser.get(address).await,
                1 => browser.head(address).await,
                _ => browser.get_with(address, "sec-purpose", "prefetch;prerender").await,
            };
            assert!(!page.status.is_server_error(), "{}: {}", page.request, page.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_opens_every_link_fifty_times_changes_nothing_in_any_table() {
    on_each_database(scanned).await;
}

async fn scanned(store: Store) {
    let https = |config: &mut seriesbook::config::Config| config.base_url = "https://clinic.test".to_owned();
    let world = World::open_with(store, "2026-11-16 09:00", https).await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.name_driver(maria, &world.treatments(series).await, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let first = world.main(series, 1).await;
    let (page, door) = (world.page_of(MARIA), world.mails_to(FRIEND)[0].link("/d/"));
    let shown = world.post(&format!("{page}/feed"), &[]).await.1;
    let is_key = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || *c == '_';
    let calendar = shown.split("/calendar/").nth(1).expect("a calendar address");
    let calendar: String = calendar.chars().take_while(is_key).collect();
    world.pass_until(first.starts_at - chrono::TimeDelta::hours(60)).await;
    let keys = Keys {
        patient: page.trim_start_matches("/v/").to_owned(),
        driver: door.trim_start_matches("/d/").to_owned(),
        one_click: world.mails_to(MARIA).iter().find_map(one_click).expect("a message that can be stopped"),
        calendar: format!("{calendar}.ics"),
    };
    let addresses = addresses(&keys, &first.id.to_string());
    assert!(addresses.len() > 30, "{addresses:?}");
    let mut browser = Browser::of(&world.clinic);
    for address in [&page, &door, &format!("/v/{}/unsubscribe", keys.one_click)] {
        browser.get(address).await.ok();
    }
    browser.get(&format!("/calendar/{}", keys.calendar)).await.ok();
    let before = dump(world.clinic.store()).await;
    assert!(before["messages"].len() > 10 && !before["links"].is_empty(), "the dump sees rows");
    open_all(&world, &addresses, TIMES).await;
    same(&world, &before).await;

    // The same links when their time is over.
    execute(world.clinic.store(), "UPDATE links SET expires_at = created_at").await.expect("old links");
    let before = dump(world.clinic.store()).await;
    open_all(&world, &addresses, 6).await;
    same(&world, &before).await;

    // What the dump compares would show a press.
    assert_eq!(world.post(&format!("{page}/fresh"), &[]).await.0, 303);
    assert_ne!(dump(world.clinic.store()).await, before);
}

async fn same(world: &World, before: &std::collections::BTreeMap<String, Vec<String>>) {
    let after = dump(world.clinic.store()).await;
    for (table, rows) in before {
        assert_eq!(after.get(table), Some(rows), "{table} changed");
    }
}
