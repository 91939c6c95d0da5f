//! How much a booked series costs in decisions: from the chart, pressing only what the pages offer as their main button.

use seriesbook::domain::appointments::SeriesStatus;
use seriesbook::store::Store;

use super::world::{MARIA, World};
use crate::support::databases::on_each_database;
use crate::support::web::Page;

/// The most decisions a series may cost in the simplest case; what it does cost is what the test counts.
const MOST: usize = 5;

/// What the main button of a page does.
enum Main {
    /// It opens a page.
    Link(String),
    /// It sends a form with these fields.
    Form(String, Vec<(String, String)>),
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&").replace("&#34;", "\"").replace("&#39;", "'"))
}

/// The tags of a name in a piece of markup, without their brackets.
fn tags<'a>(markup: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!("<{name} ");
    let starts = markup.match_indices(mark.as_str()).map(|(at, _)| &markup[at..]);
    starts.filter_map(|rest| rest.split('>').next()).collect()
}

/// The main button of a page, and what a person sends who only presses it: hidden fields and what is chosen already.
fn main_button(page: &Page) -> Main {
    let is_main = |tag: &&str| attribute(tag, "class").as_deref() == Some("button primary");
    for (at, _) in page.body.match_indices("<form ") {
        let form = page.body[at..].split("</form>").next().unwrap_or_default();
        let Some(button) = tags(form, "button").into_iter().find(is_main) else { continue };
        let sent =
            tags(form, "input").into_iter().filter(|input| match attribute(input, "type").as_deref() {
                Some("radio" | "checkbox") => input.ends_with(" checked"),
                _ => true,
            });
        let pair = |input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
        let mut fields: Vec<(String, String)> = sent.filter_map(pair).collect();
        fields.extend(attribute(button, "name").zip(attribute(button, "value")));
        let action = attribute(tags(form, "form")[0], "action").expect("an action");
        return Main::Form(action, fields);
    }
    let link = tags(&page.body, "a").into_iter().find(is_main);
    let link = link.unwrap_or_else(|| panic!("{} has no main button:\n{}", page.request, page.text()));
    Main::Link(attribute(link, "href").expect("a way"))
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_chart_to_a_booked_series_it_takes_two_decisions() {
    on_each_database(|store| Box::pin(two_decisions(store))).await;
}

async fn two_decisions(store: Store) {
    let world = World::open(store, "2026-11-16 09:00").await;
    let maria = world.decided_patient("Maria Alvarez", MARIA).await;
    let mut desk = world.signed_in("desk@harbor.test").await;
    let mut page = desk.get(&format!("/patients/{maria}")).await;
    let mut decisions = 0;
    while !page.request.starts_with("GET /series/") {
        page.ok();
        decisions += 1;
        assert!(decisions <= MOST, "more than {MOST} decisions, and no series is booked");
        page = match main_button(&page) {
            Main::Link(path) => desk.get(&path).await,
            Main::Form(action, fields) => {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let sent = desk.post(&action, &fields).await;
                let to = sent.goes_to("/").location().expect("an address").to_owned();
                desk.get(&to).await
            }
        };
    }
    page.ok().says("Booked 14 visits for Maria Alvarez.");
    assert_eq!(decisions, 2, "plan the series, then book what is offered first");
    let booked = world.clinic.read().await.series_of(maria).await.expect("courses");
    assert_eq!(booked.iter().map(|one| one.status).collect::<Vec<_>>(), [SeriesStatus::Active]);
}
