//! The one route table: every path, its methods, and who may. What is not here does not exist; what names no access cannot be written.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use super::desk::{self, settings};
use super::kit::{PageError, static_files};
use super::middleware::{self, REQUEST_ID};
use super::{feed, health, visit};
use crate::app::App;
use crate::domain::roles::Permission::{
    self, Book, DecideCandidacy, ManageMail, ManageSettings, ReadIntegration, ReviewRisk, RunVisit,
    SeeClinical, SeeDesk, SeeScores,
};

/// Largest body a form of ours needs (bytes).
const BODY_LIMIT: usize = 256 * 1024;
/// Largest body of a form that carries a file of scores (bytes): the most rows there may be, with notes beside them.
const FILE_LIMIT: usize = 4 * 1024 * 1024;
/// Longest a request may take (seconds).
const REQUEST_SECONDS: u64 = 30;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever holds a link of its kind: the page checks the token.
    Link,
    /// Signed-in staff with this permission.
    Staff(Permission),
    /// Signed-in staff, whatever their role (signing out).
    AnyStaff,
}

/// One row of the table.
pub struct Route {
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// What the handlers answer to.
    pub methods: &'static [&'static str],
    /// Who may.
    pub access: Access,
    handler: MethodRouter<App>,
}

fn shows(path: &'static str, access: Access, handler: MethodRouter<App>) -> Route {
    Route { path, methods: &["GET"], access, handler }
}

fn acts(path: &'static str, access: Access, handler: MethodRouter<App>) -> Route {
    Route { path, methods: &["POST"], access, handler }
}

fn staff(permission: Permission) -> Access {
    Access::Staff(permission)
}

/// Every route of the program.
pub fn table() -> Vec<Route> {
    let mut table = public_routes();
    table.extend(link_routes());
    table.extend(day_routes());
    table.extend(outbox_routes());
    table.extend(driver_routes());
    table.extend(patient_routes());
    table.extend(planning_routes());
    table.extend(recall_routes());
    table.extend(intake_routes());
    table.extend(care_routes());
    table.extend(feed_routes());
    table.extend(wording_routes());
    table.extend(settings_routes());
    table
}

fn public_routes() -> Vec<Route> {
    use desk::{setup, sign_in};
    vec![
        shows("/healthz", Access::Public, get(health::live)),
        shows("/readyz", Access::Public, get(health::ready)),
        shows("/static/{*path}", Access::Public, get(static_files::serve)),
        shows("/sign-in", Access::Public, get(sign_in::show)),
        acts("/sign-in", Access::Public, post(sign_in::post)),
        acts("/sign-out", Access::AnyStaff, post(sign_in::out)),
        shows("/setup", Access::Public, get(setup::show)),
        acts("/setup", Access::Public, post(setup::post)),
    ]
}

fn link_routes() -> Vec<Route> {
    use visit::{
        driver, driver_day, estimate, feed as my_feed, fresh, intake, intake_check, intake_section,
        intention, messages, mood, not_me, patient, patient_ask, patient_cancel, patient_driver,
        patient_next, phq9, thanks, told, unsubscribe,
    };
    vec![
        shows("/calendar/{token}", Access::Link, get(feed::show)),
        shows("/v/{token}", Access::Link, get(patient::show)),
        acts("/v/{token}/confirm", Access::Link, post(patient::confirm)),
        acts("/v/{token}/accept", Access::Link, post(patient::accept)),
        shows("/v/{token}/calendar.ics", Access::Link, get(patient::calendar_file)),
        shows("/v/{token}/ask", Access::Link, get(patient_ask::ask_form)),
        acts("/v/{token}/ask", Access::Link, post(patient_ask::ask)),
        shows("/v/{token}/cancel/{id}", Access::Link, get(patient_cancel::show)),
        acts("/v/{token}/cancel/{id}", Access::Link, post(patient_cancel::cancel)),
        acts("/v/{token}/restore/{id}", Access::Link, post(patient_cancel::restore)),
        shows("/v/{token}/not-me", Access::Link, get(not_me::show)),
        acts("/v/{token}/not-me", Access::Link, post(not_me::press)),
        shows("/v/{token}/fresh", Access::Link, get(fresh::show_patient)),
        acts("/v/{token}/fresh", Access::Link, post(fresh::send_patient)),
        shows("/v/{token}/driver", Access::Link, get(patient_driver::driver_form)),
        acts("/v/{token}/driver", Access::Link, post(patient_driver::name)),
        shows("/v/{token}/message", Access::Link, get(told::show)),
        shows("/v/{token}/mood", Access::Link, get(mood::show)),
        acts("/v/{token}/mood", Access::Link, post(mood::answer)),
        // The same page under a name that says nothing, for messages.
        shows("/v/{token}/check-in", Access::Link, get(mood::show)),
        shows("/v/{token}/week", Access::Link, get(phq9::week)),
        shows("/v/{token}/phq9/{n}", Access::Link, get(phq9::show)),
        acts("/v/{token}/phq9/{n}", Access::Link, post(phq9::answer)),
        shows("/v/{token}/support", Access::Link, get(phq9::support)),
        shows("/v/{token}/thanks", Access::Link, get(thanks::show)),
        shows("/v/{token}/next", Access::Link, get(patient_next::show)),
        acts("/v/{token}/next", Access::Link, post(patient_next::book)),
        acts("/v/{token}/next/ask", Access::Link, post(patient_next::ask)),
        shows("/v/{token}/intake", Access::Link, get(intake::show)),
        shows("/v/{token}/intake/check", Access::Link, get(intake_check::show)),
        acts("/v/{token}/intake/send", Access::Link, post(intake_check::send)),
        shows("/v/{token}/intake/{section}", Access::Link, get(intake_section::show)),
        acts("/v/{token}/intake/{section}", Access::Link, post(intake_section::save)),
        shows("/v/{token}/intention/{id}", Access::Link, get(intention::show)),
        acts("/v/{token}/intention/{id}", Access::Link, post(intention::save)),
        shows("/v/{token}/estimate/{id}", Access::Link, get(estimate::show)),
        acts("/v/{token}/estimate/{id}", Access::Link, post(estimate::read)),
        shows("/v/{token}/feed", Access::Link, get(my_feed::show)),
        acts("/v/{token}/feed", Access::Link, post(my_feed::open)),
        acts("/v/{token}/feed/stop", Access::Link, post(my_feed::stop)),
        shows("/v/{token}/messages", Access::Link, get(messages::show)),
        acts("/v/{token}/messages", Access::Link, post(messages::save)),
        shows("/v/{token}/unsubscribe", Access::Link, get(unsubscribe::show)),
        acts("/v/{token}/unsubscribe", Access::Link, post(unsubscribe::stop)),
        shows("/d/{token}", Access::Link, get(driver::show)),
        shows("/d/{token}/fresh", Access::Link, get(fresh::show_driver)),
        acts("/d/{token}/fresh", Access::Link, post(fresh::send_driver)),
        acts("/d/{token}/answer", Access::Link, post(driver::answer)),
        acts("/d/{token}/day", Access::Link, post(driver_day::sign)),
        acts("/d/{token}/not-me", Access::Link, post(driver_day::not_me)),
        shows("/d/{token}/calendar.ics", Access::Link, get(driver::calendar_file)),
    ]
}

fn day_routes() -> Vec<Route> {
    use desk::{
        book_at, calendar, cancel, components, demo_clock, driver, move_visit, notes, today,
        visit as one_visit, visit_states as states, worklist,
    };
    vec![
        shows("/", staff(SeeDesk), get(today::home)),
        shows("/today", staff(SeeDesk), get(today::show)),
        shows("/components", staff(ManageSettings), get(components::show)),
        acts("/demo/clock", staff(SeeDesk), post(demo_clock::post)),
        shows("/calendar", staff(SeeDesk), get(calendar::show)),
        shows("/book", staff(Book), get(book_at::show)),
        shows("/worklist", staff(SeeDesk), get(worklist::show)),
        acts("/worklist/{id}/done", staff(Book), post(worklist::done)),
        acts("/worklist/{id}/reopen", staff(Book), post(worklist::reopen)),
        acts("/worklist/{id}/snooze", staff(Book), post(worklist::snooze)),
        shows("/appointments/{id}", staff(SeeDesk), get(one_visit::show)),
        acts("/appointments/{id}/check-in", staff(RunVisit), post(states::check_in)),
        acts("/appointments/{id}/undo-check-in", staff(RunVisit), post(states::undo_check_in)),
        acts("/appointments/{id}/start", staff(RunVisit), post(states::start)),
        acts("/appointments/{id}/recovery", staff(RunVisit), post(states::recovery)),
        // Coaches record their own check-in; the action decides who else may.
        acts("/appointments/{id}/coach", staff(SeeDesk), post(states::coach)),
        acts("/appointments/{id}/discharge", staff(RunVisit), post(states::discharge)),
        acts("/appointments/{id}/missed", staff(RunVisit), post(states::missed)),
        acts("/appointments/{id}/undo-missed", staff(RunVisit), post(states::undo_missed)),
        acts("/appointments/{id}/confirm", staff(Book), post(states::confirm_by_phone)),
        acts("/appointments/{id}/restore", staff(Book), post(states::restore)),
        shows("/appointments/{id}/move", staff(Book), get(move_visit::show)),
        acts("/appointments/{id}/move", staff(Book), post(move_visit::save)),
        shows("/appointments/{id}/cancel", staff(Book), get(cancel::show)),
        acts("/appointments/{id}/cancel", staff(Book), post(cancel::save)),
        shows("/appointments/{id}/driver", staff(Book), get(driver::show)),
        acts("/appointments/{id}/driver", staff(Book), post(driver::save)),
        acts("/drives/{id}/answer", staff(Book), post(driver::answer)),
        shows("/appointments/{id}/notes", staff(ReadIntegration), get(notes::show)),
        acts("/appointments/{id}/notes", staff(ReadIntegration), post(notes::add)),
    ]
}

fn outbox_routes() -> Vec<Route> {
    use desk::{bounced, driver_contact, outbox, outbox_hold, outbox_message};
    vec![
        shows("/outbox", staff(SeeDesk), get(outbox::show)),
        shows("/outbox/hold", staff(ManageMail), get(outbox_hold::show)),
        acts("/outbox/hold", staff(ManageMail), post(outbox_hold::hold)),
        acts("/outbox/hold/release", staff(ManageMail), post(outbox_hold::release)),
        acts("/outbox/release-held", staff(ManageMail), post(outbox::release_held)),
        shows("/outbox/{id}", staff(SeeDesk), get(outbox_message::show)),
        shows("/outbox/{id}/html", staff(SeeDesk), get(outbox_message::html)),
        acts("/outbox/{id}/stop", staff(ManageMail), post(outbox::stop)),
        acts("/outbox/{id}/again", staff(ManageMail), post(outbox::again)),
        acts("/outbox/{id}/release", staff(ManageMail), post(outbox::release)),
        acts("/outbox/{id}/drop", staff(ManageMail), post(outbox::drop_one)),
        acts("/outbox/{id}/undrop", staff(ManageMail), post(outbox::undrop)),
        shows("/drivers/{id}/contact", staff(Book), get(driver_contact::show)),
        acts("/drivers/{id}/contact", staff(Book), post(driver_contact::save)),
        acts("/drivers/{id}/mail-again", staff(Book), post(bounced::driver)),
        acts("/patients/{id}/mail-again", staff(Book), post(bounced::patient)),
    ]
}

fn driver_routes() -> Vec<Route> {
    use desk::{driver_day, drivers};
    vec![
        shows("/drivers", staff(SeeDesk), get(drivers::show)),
        acts("/drives/{id}/by-phone", staff(Book), post(drivers::by_phone)),
        acts("/drives/{id}/ask-again", staff(Book), post(driver_day::ask_driver)),
        acts("/appointments/{id}/ask-driver", staff(Book), post(driver_day::ask_patient)),
        acts("/drives/{id}/sign", staff(RunVisit), post(driver_day::sign)),
    ]
}

fn patient_routes() -> Vec<Route> {
    use desk::{
        book, chart, chart_past, decide, find, mood, mood_enter, mood_import as import, patient_form, plan,
        plan_keep, series, series_change,
    };
    vec![
        shows("/patients", staff(SeeDesk), get(find::show)),
        shows("/patients/find", staff(SeeDesk), get(find::live)),
        shows("/patients/new", staff(Book), get(patient_form::new)),
        acts("/patients/new", staff(Book), post(patient_form::add)),
        shows("/patients/{id}", staff(SeeDesk), get(chart::show)),
        shows("/patients/{id}/visits", staff(SeeDesk), get(chart_past::show)),
        shows("/patients/{id}/edit", staff(Book), get(patient_form::edit)),
        acts("/patients/{id}/edit", staff(Book), post(patient_form::change)),
        shows("/patients/{id}/decide", staff(DecideCandidacy), get(decide::show)),
        acts("/patients/{id}/decide", staff(DecideCandidacy), post(decide::post)),
        shows("/patients/{id}/book", staff(Book), get(book::show)),
        acts("/patients/{id}/book", staff(Book), post(book::book)),
        shows("/patients/{id}/plan", staff(Book), get(plan::show)),
        acts("/patients/{id}/plan", staff(Book), post(plan::book)),
        shows("/patients/{id}/mood", staff(SeeScores), get(mood::show)),
        acts("/patients/{id}/mood", staff(SeeScores), post(mood::record)),
        shows("/patients/{id}/phq9", staff(SeeScores), get(mood_enter::show)),
        acts("/patients/{id}/phq9", staff(SeeScores), post(mood_enter::record)),
        acts("/phq9/{id}/review", staff(ReviewRisk), post(mood::review)),
        shows("/patients/{id}/mood/import", staff(SeeScores), get(import::show)),
        acts(
            "/patients/{id}/mood/import",
            staff(SeeScores),
            post(import::post).layer(DefaultBodyLimit::max(FILE_LIMIT)),
        ),
        acts("/patients/{id}/wishes", staff(Book), post(plan_keep::keep)),
        shows("/series/{id}", staff(SeeDesk), get(series::show)),
        acts("/series/{id}/book", staff(Book), post(series::book_it)),
        acts("/series/{id}/release", staff(Book), post(series::release)),
        // Everybody who decides on candidacy, and so may set the number of treatments, may also book.
        shows("/series/{id}/change", staff(Book), get(series_change::show)),
        acts("/series/{id}/change", staff(Book), post(series_change::save)),
    ]
}

fn planning_routes() -> Vec<Route> {
    use desk::{absence, absence_run, waiting_list, waiting_run};
    vec![
        shows("/absence", staff(Book), get(absence::show)),
        acts("/absence/plan", staff(Book), post(absence::plan)),
        shows("/absence/runs/{id}", staff(Book), get(absence_run::show)),
        shows("/absence/runs/{id}/events", staff(Book), get(absence_run::events)),
        acts("/absence/runs/{id}/stop", staff(Book), post(absence_run::stop)),
        acts("/absence/runs/{id}/apply", staff(Book), post(absence_run::apply)),
        shows("/waiting-list", staff(Book), get(waiting_list::show)),
        acts("/waiting-list/plan", staff(Book), post(waiting_list::plan)),
        shows("/waiting-list/runs/{id}", staff(Book), get(waiting_run::show)),
        shows("/waiting-list/runs/{id}/events", staff(Book), get(waiting_run::events)),
        acts("/waiting-list/runs/{id}/stop", staff(Book), post(waiting_run::stop)),
        acts("/waiting-list/runs/{id}/book", staff(Book), post(waiting_run::book)),
    ]
}

fn recall_routes() -> Vec<Route> {
    use desk::{recall, recall_one, review};
    vec![
        shows("/series/{id}/review", staff(SeeDesk), get(review::show)),
        acts("/series/{id}/review", staff(DecideCandidacy), post(review::decide)),
        shows("/recall", staff(SeeDesk), get(recall::show)),
        acts("/recall/{id}/invite", staff(Book), post(recall::invite)),
        shows("/recall/{id}", staff(SeeDesk), get(recall_one::show)),
        acts("/recall/{id}/windows", staff(Book), post(recall_one::windows)),
        acts("/recall/{id}/stop", staff(Book), post(recall_one::stop)),
        acts("/recall/{id}/resume", staff(Book), post(recall_one::resume)),
    ]
}

fn intake_routes() -> Vec<Route> {
    use desk::{intake, intake_new, intake_one, intake_review};
    vec![
        shows("/intake", staff(SeeDesk), get(intake::show)),
        shows("/intake/new", staff(Book), get(intake_new::show)),
        acts("/intake/new", staff(Book), post(intake_new::save)),
        shows("/intake/{id}", staff(Book), get(intake_one::show)),
        acts("/intake/{id}/send", staff(Book), post(intake_one::send)),
        acts("/intake/{id}/close", staff(Book), post(intake_one::close)),
        // Health answers: for clinicians alone.
        shows("/intake/{id}/review", staff(DecideCandidacy), get(intake_review::show)),
        acts("/intake/{id}/review", staff(DecideCandidacy), post(intake_review::save)),
    ]
}

fn care_routes() -> Vec<Route> {
    use desk::{consent, estimate, letter, provider_one, providers, statement};
    vec![
        acts("/series/{id}/estimate", staff(Book), post(estimate::send)),
        shows("/patients/{id}/statement", staff(Book), get(statement::show)),
        shows("/patients/{id}/providers", staff(SeeDesk), get(providers::show)),
        acts("/patients/{id}/providers", staff(Book), post(providers::add)),
        shows("/providers/{id}/edit", staff(Book), get(provider_one::show)),
        acts("/providers/{id}/edit", staff(Book), post(provider_one::save)),
        acts("/providers/{id}/retire", staff(Book), post(provider_one::retire)),
        shows("/providers/{id}/consent", staff(Book), get(consent::show)),
        acts("/providers/{id}/consent", staff(Book), post(consent::save)),
        acts("/providers/{id}/withdraw", staff(Book), post(consent::withdraw)),
        shows("/providers/{id}/letter", staff(SeeClinical), get(letter::show)),
        acts("/providers/{id}/letter", staff(SeeClinical), post(letter::write)),
        shows("/letters/{id}", staff(SeeClinical), get(letter::print)),
        acts("/letters/{id}/sent", staff(SeeClinical), post(letter::sent)),
    ]
}

fn feed_routes() -> Vec<Route> {
    use desk::feeds;
    vec![
        shows("/calendar/mine", staff(SeeDesk), get(feeds::mine)),
        acts("/calendar/mine", staff(SeeDesk), post(feeds::open_mine)),
        // The action decides whose may be stopped.
        acts("/feeds/{id}/stop", staff(SeeDesk), post(feeds::stop)),
        shows("/patients/{id}/feed", staff(Book), get(feeds::patient)),
        shows("/settings/feeds", staff(ManageSettings), get(settings::feeds::show)),
        shows("/settings/resources/{id}/feed", staff(ManageSettings), get(feeds::room)),
        acts("/settings/resources/{id}/feed", staff(ManageSettings), post(feeds::open_room)),
    ]
}

/// How messages look and read, who gets which, and samples of them.
fn wording_routes() -> Vec<Route> {
    use desk::{preferences, preview, preview_next};
    use settings::{wording, wording_one};
    let owner = staff(ManageSettings);
    vec![
        shows("/outbox/preview", staff(SeeDesk), get(preview::list)),
        shows("/outbox/preview/{id}", staff(SeeDesk), get(preview::show)),
        shows("/outbox/preview/{id}/html", staff(SeeDesk), get(preview::html)),
        acts("/outbox/preview/{id}/send", staff(ManageMail), post(preview::send)),
        shows("/outbox/{id}/preview", staff(SeeDesk), get(preview_next::show)),
        shows("/outbox/{id}/preview/html", staff(SeeDesk), get(preview_next::html)),
        shows("/patients/{id}/next-message", staff(SeeDesk), get(preview_next::of_patient)),
        shows("/patients/{id}/messages", staff(SeeDesk), get(preferences::show)),
        acts("/patients/{id}/messages", staff(Book), post(preferences::save)),
        shows("/settings/wording", owner, get(wording::show)),
        shows("/settings/wording/{id}", owner, get(wording_one::show)),
        acts("/settings/wording/{id}", owner, post(wording_one::save)),
        shows("/settings/wording/{id}/html", owner, get(wording_one::html)),
    ]
}

fn settings_routes() -> Vec<Route> {
    use settings::{
        absences, clinic, index, message_rule, messages, protocol, protocols, recall, resource, resource_new,
        resources, service, services, staff as accounts, staff_new, staff_one,
    };
    let owner = staff(ManageSettings);
    vec![
        shows("/settings", owner, get(index::show)),
        shows("/settings/clinic", owner, get(clinic::show)),
        acts("/settings/clinic", owner, post(clinic::save)),
        shows("/settings/recall", owner, get(recall::show)),
        acts("/settings/recall", owner, post(recall::save)),
        shows("/settings/messages", owner, get(messages::show)),
        shows("/settings/messages/new", owner, get(message_rule::new)),
        acts("/settings/messages/new", owner, post(message_rule::create)),
        shows("/settings/messages/{id}", owner, get(message_rule::show)),
        acts("/settings/messages/{id}", owner, post(message_rule::save)),
        shows("/settings/staff", owner, get(accounts::show)),
        shows("/settings/staff/new", owner, get(staff_new::show)),
        acts("/settings/staff/new", owner, post(staff_new::create)),
        shows("/settings/staff/{id}", owner, get(staff_one::show)),
        acts("/settings/staff/{id}", owner, post(staff_one::save)),
        shows("/settings/resources", owner, get(resources::show)),
        shows("/settings/resources/new", owner, get(resource_new::show)),
        acts("/settings/resources/new", owner, post(resource_new::create)),
        shows("/settings/resources/{id}", owner, get(resource::show)),
        acts("/settings/resources/{id}", owner, post(resource::save)),
        acts("/settings/resources/{id}/absences", owner, post(absences::add)),
        acts("/settings/absences/{id}/remove", owner, post(absences::remove)),
        shows("/settings/services", owner, get(services::show)),
        shows("/settings/services/new", owner, get(service::new)),
        acts("/settings/services/new", owner, post(service::create)),
        shows("/settings/services/{id}", owner, get(service::show)),
        acts("/settings/services/{id}", owner, post(service::save)),
        shows("/settings/protocols", owner, get(protocols::show)),
        shows("/settings/protocols/new", owner, get(protocol::new)),
        acts("/settings/protocols/new", owner, post(protocol::create)),
        shows("/settings/protocols/{id}", owner, get(protocol::show)),
        acts("/settings/protocols/{id}", owner, post(protocol::save)),
    ]
}

/// The router of the table, each handler behind its guard, all of it behind what surrounds every request.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let guard = (app.clone(), route.access);
        router = router.route(route.path, route.handler.route_layer(from_fn_with_state(guard, guarded)));
    }
    router
        .fallback(|| async { PageError::NotFound })
        .method_not_allowed_fallback(|| async { PageError::NotFound })
        .layer(from_fn_with_state(app.clone(), middleware::same_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            std::time::Duration::from_secs(REQUEST_SECONDS),
        ))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            PageError::Internal("a handler panicked".to_owned()).into_response()
        }))
        // Outside what can fail, so that every end behind a link looks like the pages there.
        .layer(from_fn_with_state(app.clone(), visit::framed::framed))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &axum::http::Request<_>| {
            // The route, never the path: tokens and ids of links stay out of the log.
            let route = request
                .extensions()
                .get::<axum::extract::MatchedPath>()
                .map_or("unmatched", axum::extract::MatchedPath::as_str)
                .to_owned();
            let id =
                request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
            tracing::info_span!("request", method = %request.method(), route, id)
        }))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Outside everything that can answer, so that a refusal carries the headers too.
        .layer(from_fn_with_state(app.clone(), middleware::headers))
        // A visitor's own id is not taken over: it would reach the log.
        .layer(axum::middleware::from_fn(drop_foreign_request_id))
        .with_state(app)
}

async fn drop_foreign_request_id(mut request: Request, next: Next) -> Response {
    let sound = request.headers().get(REQUEST_ID).is_none_or(|id| {
        id.len() <= 64 && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    });
    if !sound {
        request.headers_mut().insert(REQUEST_ID, HeaderValue::from_static("refused"));
    }
    next.run(request).await
}

/// Lets a request through that its route's access allows.
async fn guarded(State((app, access)): State<(App, Access)>, mut request: Request, next: Next) -> Response {
    let permission = match access {
        Access::Public | Access::Link => return next.run(request).await,
        Access::AnyStaff => None,
        Access::Staff(permission) => Some(permission),
    };
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    match desk::signed_in::read_session(&app, request.headers()).await {
        Ok(Some(signed_in)) if permission.is_none_or(|one| signed_in.staff.roles.allow(one)) => {
            request.extensions_mut().insert(signed_in);
            let shows_flash = is_get && desk::signed_in::read_flash(request.headers()).is_some();
            let mut response = next.run(request).await;
            if shows_flash && response.status().is_success() {
                // Said once.
                let gone = HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
                response.headers_mut().append(axum::http::header::SET_COOKIE, gone);
            }
            response
        }
        Ok(Some(_)) => PageError::Forbidden.into_response(),
        Ok(None) => desk::sign_in::to_sign_in(request.uri(), is_get),
        Err(error) => PageError::from(error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_changes_is_a_post_and_nothing_public_changes_but_the_way_in() {
        for route in table() {
            let acts = route.methods.contains(&"POST");
            if acts && route.access == Access::Public {
                assert!(["/sign-in", "/setup"].contains(&route.path), "{}", route.path);
            }
        }
    }

    #[test]
    fn link_pages_live_apart_from_the_desk() {
        for route in table() {
            // A calendar program's address looks like what it is; its token is all it needs.
            let feed = route.path == "/calendar/{token}";
            let link = feed || route.path.starts_with("/v/") || route.path.starts_with("/d/");
            assert_eq!(link, route.access == Access::Link, "{}", route.path);
        }
    }
}
