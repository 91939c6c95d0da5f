//! Every route as people and strangers meet it: who may, what odd input does, what a double click does, what a link's page may not do.

mod access;
mod forms;
mod hostile;
mod intake;
mod links;
mod outbox;
mod planning;
mod scanners;
mod sign_in;
mod wording;

use seriesbook::web::routes::Route;

/// Everybody's account with their role.
const ACCOUNTS: [(&str, seriesbook::domain::roles::Role); 5] = [
    ("owner@harbor.test", seriesbook::domain::roles::Role::Owner),
    ("desk@harbor.test", seriesbook::domain::roles::Role::FrontDesk),
    ("jane@harbor.test", seriesbook::domain::roles::Role::Clinician),
    ("sam@harbor.test", seriesbook::domain::roles::Role::Attendant),
    ("lena@harbor.test", seriesbook::domain::roles::Role::Coach),
];

/// A route's path with something in the place of its parameter.
fn filled(route: &Route, id: &str) -> String {
    route
        .path
        .replace("{id}", id)
        .replace("{token}", id)
        .replace("{*path}", id)
        .replace("{n}", "1")
        .replace("{section}", id)
}

/// Whether a route answers to a method.
fn takes(route: &Route, method: &str) -> bool {
    route.methods.contains(&method)
}
