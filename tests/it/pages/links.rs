//! Pages behind links: mail scanners may look as often as they like, a dead link helps on, and no address is told elsewhere.

use axum::http::StatusCode;
use chrono::TimeDelta;
use seriesbook::store::Store;

use crate::scenarios::world::{FRIEND, MARIA, World};
use crate::support::databases::{count, on_each_database};
use crate::support::web::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_link_changes_nothing_however_often() {
    on_each_database(looking).await;
}

async fn looking(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.name_driver(maria, &world.treatments(series).await, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let (page, door) = (world.mails_to(MARIA)[0].link("/v/"), world.mails_to(FRIEND)[0].link("/d/"));
    let before = standing(&world).await;
    let paths = [
        page.clone(),
        format!("{page}/calendar.ics"),
        format!("{page}/feed"),
        format!("{page}/feed/stop"),
        format!("{page}/ask"),
        format!("{page}/driver"),
        format!("{page}/confirm"),
        format!("{page}/accept"),
        format!("{page}/next"),
        format!("{page}?done=booked&visit=x"),
        format!("{page}/message"),
        format!("{page}/mood"),
        format!("{page}/check-in?score=3"),
        format!("{page}/week"),
        format!("{page}/phq9/1"),
        format!("{page}/phq9/9?answer=3"),
        format!("{page}/phq9/10"),
        format!("{page}/support?next=2"),
        format!("{page}/thanks?of=mood"),
        door.clone(),
        format!("{door}/calendar.ics"),
        format!("{door}/answer?answer=yes"),
    ];
    for _ in 0..5 {
        for path in &paths {
            let (status, _) = world.get(path).await;
            assert!(status == 200 || status == 404, "{status}");
        }
    }
    assert_eq!(standing(&world).await, before);
}

/// Everything a visitor of a link could have changed, counted.
async fn standing(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for what in [
        "audit",
        "messages",
        "appointments WHERE confirmed_at IS NOT NULL",
        "drives WHERE status = 'asked'",
        "work_items",
        "links",
        "mood_scores",
        "phq9_answers",
        "feeds",
    ] {
        counts.push(count(world.clinic.store(), &format!("SELECT COUNT(*) FROM {what}")).await);
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_and_a_foreign_link_lead_to_the_same_page_and_an_old_one_says_that_it_is_old() {
    on_each_database(dead_links).await;
}

async fn dead_links(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.pass_minutes(5).await;
    let page = world.mails_to(MARIA)[0].link("/v/");
    let mut browser = Browser::of(&world.clinic);
    let unknown = format!("/v/{}", "a".repeat(43));
    let foreign = page.replace("/v/", "/d/");
    for path in [unknown.as_str(), foreign.as_str(), "/v/short", "/d/%00"] {
        let gone = browser.get(path).await;
        gone.is(StatusCode::NOT_FOUND).says("This link is no longer in use").says(&world.site.phone);
    }
    let first = world.main(series, 1).await;
    let seen = vec![("visit", format!("{}:{}", first.id, first.version))];
    world.advance(TimeDelta::days(365));
    let old = browser.get(&page).await;
    old.is(StatusCode::GONE).says("This link is too old").says("Send me a new link").says(&world.site.phone);
    for secret in ["Maria", MARIA, "December", "Infusion"] {
        assert!(!old.text().contains(secret), "{secret} in {}", old.text());
    }
    assert_eq!(world.post(&format!("{page}/confirm"), &seen).await.0, 410);
    assert!(world.visit(first.id).await.confirmed_at.is_none());
    let nobody = format!("{unknown}/fresh");
    browser.post(&nobody, &[]).await.is(StatusCode::NOT_FOUND);
    let guessed = browser.get(&unknown).await;
    assert!(!guessed.text().contains("Send me a new link"), "who asks by a guess gets nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_links_page_is_told_nowhere_and_the_page_is_kept_nowhere() {
    on_each_database(untold).await;
}

async fn untold(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let series = world.booked_series(maria, "2026-12-01").await;
    world.name_driver(maria, &world.treatments(series).await, "Daniel Reed", FRIEND).await;
    world.pass_minutes(5).await;
    let (page, door) = (world.mails_to(MARIA)[0].link("/v/"), world.mails_to(FRIEND)[0].link("/d/"));
    let paths = ["", "/ask", "/not-me", "/fresh", "/calendar.ics"].map(|below| format!("{page}{below}"));
    let mut browser = Browser::of(&world.clinic);
    for path in paths.into_iter().chain([door.clone(), format!("{door}/calendar.ics")]) {
        let answer = browser.get(&path).await;
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let home = browser.get(&page).await;
    home.ok().holds("<meta name=\"referrer\" content=\"no-referrer\">");
    home.holds("<meta name=\"robots\" content=\"noindex, nofollow\">");
    for elsewhere in ["http://", "https://"] {
        assert!(!home.body.contains(&format!("=\"{elsewhere}")), "nothing leads away: {}", home.body);
    }
}
