//! Calendar addresses at the desk: one's own, a room's, and stopping one (a patient's, when they call).

use askama::Template;
use axum::extract::Path;

use super::plan_view::find_patient;
use super::settings::resource::find as find_resource;
use super::settings::staff_form::resource_of;
use super::{Desk, DeskForm};
use crate::actions::feeds::{open_feed, stop_feed};
use crate::domain::feeds::FeedOf;
use crate::domain::ids::FeedId;
use crate::domain::patients::chart_name;
use crate::store::Tx;
use crate::store::feeds::Feed;
use crate::store::resources::Resource;
use crate::web::feed::Address;
use crate::web::kit::back::local_path;
use crate::web::kit::{Nav, PageError, PageResult, Shell, page, redirect_with_flash};
use crate::words::Words;
use crate::words::format::Format;

/// Where a person's own address is made.
const MINE: &str = "/calendar/mine";

#[derive(Template)]
#[template(path = "pages/feed.html")]
struct FeedPage {
    shell: Shell,
    lead: String,
    /// "On since Mon, Nov 16, made by Priya Shah."
    state: String,
    /// The address that was just made; no later page can show it.
    fresh: Option<Address>,
    /// Where an address is made, and what the button says.
    make: Option<(String, String)>,
    /// Where the one in use is stopped.
    stop: Option<String>,
    /// The present page.
    back: String,
    /// The page this one belongs to.
    up: Option<(String, String)>,
}

/// What a page of this file is about.
struct View {
    title: String,
    lead: String,
    nav: Nav,
    /// The present page.
    path: String,
    /// Whether an address can be made here.
    may_make: bool,
    up: Option<(String, String)>,
}

/// GET `/calendar/mine`: one's own address.
///
/// # Errors
/// When the database does not answer.
pub async fn mine(desk: Desk) -> PageResult {
    let mut tx = desk.read().await?;
    let own = resource_of(&mut tx, desk.site.id, desk.staff.id).await?;
    let feed = match &own {
        Some(own) => tx.feed_of(FeedOf::Staff(own.id)).await?,
        None => None,
    };
    render(&desk, tx, view_of_mine(&desk, own.is_some()), feed, None).await
}

/// POST `/calendar/mine`: makes it and shows it this once; an earlier one stops.
///
/// # Errors
/// [`PageError::NotFound`] for somebody whom nobody books.
pub async fn open_mine(form: DeskForm) -> PageResult {
    let desk = form.desk;
    let mut tx = desk.write().await?;
    let own = resource_of(&mut tx, desk.site.id, desk.staff.id).await?.ok_or(PageError::NotFound)?;
    open(&desk, tx, FeedOf::Staff(own.id), view_of_mine(&desk, true)).await
}

/// GET `/settings/resources/{id}/feed`: a room's address.
///
/// # Errors
/// [`PageError::NotFound`] for what is no room of this site.
pub async fn room(desk: Desk, Path(id): Path<String>) -> PageResult {
    let mut tx = desk.read().await?;
    let room = find_room(&desk, &mut tx, &id).await?;
    let feed = tx.feed_of(FeedOf::Room(room.id)).await?;
    render(&desk, tx, view_of_room(&desk, &room), feed, None).await
}

/// POST `/settings/resources/{id}/feed`: makes it and shows it this once; an earlier one stops.
///
/// # Errors
/// [`PageError::NotFound`] for what is no room of this site.
pub async fn open_room(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let desk = form.desk;
    let mut tx = desk.write().await?;
    let room = find_room(&desk, &mut tx, &id).await?;
    let view = view_of_room(&desk, &room);
    open(&desk, tx, FeedOf::Room(room.id), view).await
}

/// GET `/patients/{id}/feed`: whether a patient has an address, to stop it for them. Only the patient can make one.
///
/// # Errors
/// [`PageError::NotFound`] for a patient of another site.
pub async fn patient(desk: Desk, Path(id): Path<String>) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let feed = tx.feed_of(FeedOf::Patient(patient.id)).await?;
    let name = chart_name(&patient.sort_name);
    let view = View {
        title: w.f("feed-patient-title", [("name", name.as_str())]),
        lead: w.t("feed-patient-lead"),
        nav: Nav::Patients,
        path: format!("/patients/{}/feed", patient.id),
        may_make: false,
        up: Some((format!("/patients/{}", patient.id), w.t("book-chart"))),
    };
    render(&desk, tx, view, feed, None).await
}

/// POST `/feeds/{id}/stop`: stops an address; one's own, a patient's, or any for owners.
///
/// # Errors
/// [`PageError::NotFound`] for an address of another site; [`PageError::Forbidden`] for somebody else's.
pub async fn stop(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let id = id.parse::<FeedId>().map_err(|_| PageError::NotFound)?;
    let mut tx = desk.write().await?;
    stop_feed(&mut tx, &desk.actor(), &desk.site, id).await?;
    tx.commit().await?;
    Ok(redirect_with_flash(&local_path(fields.get("back"), MINE), &desk.w().t("feed-stopped"), None))
}

async fn open(desk: &Desk, mut tx: Tx, of: FeedOf, view: View) -> PageResult {
    let token = open_feed(&mut tx, &desk.actor(), &desk.site, of).await?;
    tx.commit().await?;
    let mut tx = desk.read().await?;
    let feed = tx.feed_of(of).await?;
    let fresh = Address::of(&desk.app.config.base_url, &token);
    render(desk, tx, view, feed, Some(fresh)).await
}

async fn find_room(desk: &Desk, tx: &mut Tx, id: &str) -> Result<Resource, PageError> {
    let found = find_resource(desk, tx, id).await?;
    if found.is_room() { Ok(found) } else { Err(PageError::NotFound) }
}

fn view_of_mine(desk: &Desk, is_bookable: bool) -> View {
    let w = desk.w();
    View {
        title: w.t("feed-mine-title"),
        lead: w.t(if is_bookable { "feed-mine-lead" } else { "feed-mine-none" }),
        nav: Nav::Calendar,
        path: MINE.to_owned(),
        may_make: is_bookable,
        up: Some(("/calendar".to_owned(), w.t("nav-calendar"))),
    }
}

fn view_of_room(desk: &Desk, room: &Resource) -> View {
    let w = desk.w();
    View {
        title: w.f("feed-room-title", [("name", room.name.as_str())]),
        lead: w.t("feed-room-lead"),
        nav: Nav::Settings,
        path: format!("/settings/resources/{}/feed", room.id),
        may_make: true,
        up: Some((format!("/settings/resources/{}", room.id), room.name.clone())),
    }
}

async fn render(
    desk: &Desk,
    mut tx: Tx,
    view: View,
    feed: Option<Feed>,
    fresh: Option<Address>,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let shell = desk.shell(&mut tx, view.nav, view.title).await?;
    drop(tx);
    let make = if feed.is_some() { "feed-make-again" } else { "feed-make" };
    page(&FeedPage {
        shell,
        lead: view.lead,
        state: feed.as_ref().map_or_else(|| w.t("feed-none"), |feed| state_words(w, f, feed)),
        fresh,
        make: view.may_make.then(|| (view.path.clone(), w.t(make))),
        stop: feed.map(|feed| format!("/feeds/{}/stop", feed.id)),
        back: view.path,
        up: view.up,
    })
}

/// "On since Mon, Nov 16, made by Priya Shah."
pub fn state_words(w: Words, f: Format, feed: &Feed) -> String {
    let day = f.day(f.date_of(feed.created_at));
    w.f("feed-state", [("day", day.as_str()), ("name", feed.created_by.as_str())])
}
