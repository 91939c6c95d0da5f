//! Plan a series: wishes, up to three whole courses side by side, pin and drop, then hold or book all of it or none.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::plan_query::{Dropped, MAX_AWAY, Part, PlanQuery, WEEK, day_code};
use super::plan_view::{
    Link, OptionView, Refusal, Viewer, facts_of, find_patient, gate_lines, hold_words, local_when, place,
};
use super::{Desk, DeskForm, series};
use crate::actions::estimates::send_for_plan;
use crate::actions::plan::{ChosenVisit, Planned, plan_courses};
use crate::actions::series::book_course;
use crate::actions::{ActionError, Conflict};
use crate::domain::candidacy::{self, Decision};
use crate::domain::gates::Unmet;
use crate::domain::ids::{ProtocolId, SeriesId};
use crate::domain::patients::chart_name;
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::time::bound;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::web::kit::back::local_path;
use crate::web::kit::refusals::{conflict_lines, error_text};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::format::weekday_short;

/// A visit that is held fast or not wanted, and the link that takes that back.
struct Fixed {
    text: String,
    href: String,
}

/// A pair of date fields, numbered.
struct AwayRow {
    from_name: String,
    from_label: String,
    to_name: String,
    to_label: String,
}

/// No course fits: why, what would free it, and links that drop a wish.
struct Impossible {
    reason: String,
    frees: Vec<String>,
    loosen: Vec<Link>,
}

#[derive(Template)]
#[template(path = "pages/plan.html")]
struct PlanPage {
    shell: Shell,
    fields: Fields,
    action: String,
    chart: String,
    facts: Vec<String>,
    refusal: Option<Refusal>,
    /// After a lost race: plans again around the visits that are still free.
    keep_rest: Option<Link>,
    /// Whether wishes can be planned at all.
    open: bool,
    protocols: Vec<(String, String)>,
    people: Vec<(String, String)>,
    days: Vec<(String, String)>,
    parts: Vec<(String, String)>,
    strengths: Vec<(String, String)>,
    away: Vec<AwayRow>,
    away_open: bool,
    visits_hint: String,
    /// Pins and drops, carried along when the wishes change.
    carried: Vec<(String, String)>,
    pinned: Vec<Fixed>,
    dropped: Vec<Fixed>,
    options: Vec<OptionView>,
    impossible: Option<Impossible>,
    key: String,
    wishes: String,
    /// "Wishes kept on Tue, Dec 1 by Priya", if these are.
    kept: Option<String>,
    protocol: String,
    hold_label: String,
    book_label: String,
}

/// What the last try came to.
#[derive(Default)]
struct Outcome {
    status: StatusCode,
    refusal: Option<Refusal>,
    /// What was chosen and what of it is taken.
    lost: Option<(Vec<ChosenVisit>, Vec<Conflict>)>,
    /// Where the wishes come from, if they were kept.
    kept: Option<String>,
}

/// GET `/patients/{id}/plan` with the wishes of [`PlanQuery`].
///
/// # Errors
/// [`PageError::NotFound`] for a patient of another site.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let mut fields = Fields::from_query(&uri);
    let mut outcome = Outcome::default();
    // An address that says nothing shows what was kept; one that says something is meant as it is.
    if uri.query().unwrap_or_default().is_empty()
        && let Some(row) = tx.wishes_of(patient.id).await?.filter(|row| !row.wished.is_empty())
    {
        fields = Fields::parse(PlanQuery::from_kept(&row.wished, desk.today()).to_query().as_bytes());
        let (day, name) = (desk.f().day(desk.f().date_of(row.updated_at)), row.updated_by);
        outcome.kept = Some(desk.w().f("plan-kept-from", [("day", day.as_str()), ("name", name.as_str())]));
    }
    render(&desk, tx, &patient, fields, outcome).await
}

/// POST `/patients/{id}/plan`: holds or books the chosen course.
///
/// # Errors
/// [`PageError::NotFound`] for a patient of another site.
pub async fn book(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, fields } = form;
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let mut wishes = Fields::parse(fields.raw("wishes").as_bytes());
    let course = ChosenVisit::from_text(fields.get("course")).filter(|course| !course.is_empty());
    let protocol = fields.get("protocol").parse::<ProtocolId>().ok();
    let (Some(course), Some(protocol)) = (course, protocol) else {
        wishes.fail("course", w.t("plan-course-choose"));
        let outcome = Outcome { status: StatusCode::UNPROCESSABLE_ENTITY, ..Outcome::default() };
        return render(&desk, tx, &patient, wishes, outcome).await;
    };
    drop(tx);
    if fields.get("act") == "estimate" {
        return send_estimate(&desk, &patient, protocol, &course, &fields).await;
    }

    let hold = fields.get("act") == "hold";
    let series = SeriesId::new();
    let path = format!("/series/{series}");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("plan", &key, &path).await? {
        return Ok(redirect(&done));
    }
    let rules = &desk.app.config.rules;
    let done =
        book_course(&mut tx, &desk.actor(), rules, &desk.site, series, patient.id, protocol, &course, hold)
            .await;
    let error = match done {
        Ok(()) => {
            let said = series::booked_text(&desk, &mut tx, &patient, series).await?;
            tx.commit().await?;
            return Ok(redirect_with_flash(&path, &said, None));
        }
        Err(error) => error,
    };
    drop(tx);
    let count = i64::try_from(course.len()).unwrap_or(i64::MAX);
    let none = w.nf("plan-none-booked", count, [("name", patient.full_name.as_str())]);
    let outcome = match error {
        ActionError::Conflicts(conflicts) => {
            let lines = conflict_lines(w, f, &conflicts);
            let refusal = Refusal::plain(none, lines, w.t("plan-conflict-next"));
            let lost = Some((course, conflicts));
            Outcome { status: StatusCode::CONFLICT, refusal: Some(refusal), lost, kept: None }
        }
        ActionError::Unmet(unmet) => {
            let lines = gate_lines(&desk, patient.id, &unmet);
            let refusal = Refusal { title: none, lines, last: w.t("plan-refused-last") };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Outcome { status, refusal: Some(refusal), lost: None, kept: None }
        }
        error @ (ActionError::Changed | ActionError::Refused(_)) => {
            let refusal = Refusal::plain(none, error_text(w, f, &error), w.t("plan-refused-last"));
            Outcome { status: StatusCode::CONFLICT, refusal: Some(refusal), lost: None, kept: None }
        }
        other => return Err(other.into()),
    };
    let tx = desk.read().await?;
    render(&desk, tx, &patient, wishes, outcome).await
}

/// Sends the patient what the chosen course would cost; nothing is held or booked, and the wishes stay.
async fn send_estimate(
    desk: &Desk,
    patient: &Patient,
    protocol: ProtocolId,
    course: &[ChosenVisit],
    fields: &Fields,
) -> PageResult {
    let path = format!("/patients/{}/plan", patient.id);
    let back = local_path(&format!("{path}?{}", fields.raw("wishes")), &path);
    let key = idempotency::read(fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("plan-estimate", &key, &back).await? {
        return Ok(redirect(&done));
    }
    let rules = &desk.app.config.rules;
    match send_for_plan(&mut tx, &desk.actor(), rules, &desk.site, patient.id, protocol, course).await {
        Ok(_) => {
            tx.commit().await?;
            let said = desk.w().f("estimate-sent", [("name", patient.full_name.as_str())]);
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(error @ ActionError::Refused(_)) => {
            drop(tx);
            let said = error_text(desk.w(), desk.f(), &error).join(" ");
            Ok(redirect_with_flash(&back, &said, None))
        }
        Err(error) => Err(error.into()),
    }
}

async fn render(
    desk: &Desk,
    mut tx: Tx,
    patient: &Patient,
    mut fields: Fields,
    outcome: Outcome,
) -> PageResult {
    let (w, f, today) = (desk.w(), desk.f(), desk.today());
    let mut query = PlanQuery::read(&mut fields, w, today);
    let mut protocols = tx.protocols(desk.site.id).await?;
    protocols.retain(|protocol| protocol.active);
    let mut people = tx.resources(desk.site.id).await?;
    people.retain(|one| one.active && !one.is_room());
    if query.with.is_some_and(|with| people.iter().all(|one| one.id != with)) {
        fields.fail("with", w.t("plan-with-choose"));
        query.with = None;
    }
    let decision = tx.decision_of(patient.id).await?;
    let protocol = choose_protocol(desk, &mut fields, &query, &protocols, decision.as_ref()).cloned();
    let visits =
        protocol.as_ref().map_or(1, |one| choose_visits(desk, &mut fields, &query, one, decision.as_ref()));

    let mut facts = facts_of(w, f, patient);
    facts.extend(suitable_line(desk, &mut tx, decision.as_ref()).await?);
    facts.extend(decision.as_ref().filter(|one| !one.conditions.is_empty()).map(|one| conditions(desk, one)));
    let title = w.f("plan-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let refused = outcome.refusal.is_some() || !fields.is_ok();
    let path = format!("/patients/{}/plan", patient.id);
    let viewer = Viewer { w, f, currency: &desk.site.currency, query: &query, path: &path };
    let mut view = PlanPage {
        shell: desk.shell(&mut tx, Nav::Patients, title).await?.refused(refused),
        action: path.clone(),
        chart: format!("/patients/{}", patient.id),
        facts,
        refusal: outcome.refusal,
        keep_rest: outcome.lost.as_ref().and_then(|(course, lost)| keep_rest(desk, &viewer, course, lost)),
        open: false,
        protocols: protocols.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        people: people.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        days: WEEK.iter().map(|(day, code)| ((*code).to_owned(), weekday_short(*day).to_owned())).collect(),
        parts: Part::ALL.iter().map(|part| (part.to_string(), w.t(part.word_key()))).collect(),
        strengths: vec![("must".to_owned(), w.t("plan-must")), ("rather".to_owned(), w.t("plan-rather"))],
        away: (1..=MAX_AWAY).map(|number| away_row(desk, number)).collect(),
        away_open: !query.away.is_empty()
            || (1..=MAX_AWAY).any(|n| fields.has(&format!("away_from_{n}")) && !fields.is_ok()),
        visits_hint: protocol.as_ref().map(|one| visits_hint(desk, one)).unwrap_or_default(),
        carried: carried(&query),
        pinned: pinned(desk, &viewer),
        dropped: dropped(desk, &viewer),
        options: Vec::new(),
        impossible: None,
        key: idempotency::new_key(),
        wishes: query.to_query(),
        kept: outcome.kept,
        protocol: protocol.as_ref().map(|one| one.id.to_string()).unwrap_or_default(),
        hold_label: hold_words(w, desk.app.config.rules.hold_minutes),
        book_label: String::new(),
        fields,
    };
    let Some(protocol) = protocol else {
        view.refusal = Some(Refusal::plain(w.t("plan-no-protocols"), Vec::new(), String::new()));
        return page_with_status(outcome.status, &view);
    };
    fill_in(&mut view.fields, &query, &protocol, visits, today);
    let earliest = query.from.unwrap_or(today);
    if let Err(fault) = candidacy::allows_on(decision.as_ref(), earliest) {
        view.refusal = Some(closed(desk, patient, &[Unmet::Candidacy(fault)]));
        return page_with_status(outcome.status, &view);
    }
    view.open = true;
    let wishes = query.wishes(&protocol, visits, today);
    match plan_courses(&mut tx, w, &desk.site, patient.id, &wishes).await {
        Ok(Planned::Courses(courses)) => {
            let count = courses.first().map_or(0, |course| course.visits.len());
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            view.book_label = w.nf("plan-book", count, [("name", patient.full_name.as_str())]);
            view.options = courses
                .iter()
                .take(3)
                .enumerate()
                .map(|(number, course)| viewer.option(number, course))
                .collect();
        }
        Ok(Planned::Impossible { reason, frees }) => {
            view.impossible = Some(Impossible { reason, frees, loosen: loosen(desk, &viewer) });
        }
        Err(ActionError::Unmet(unmet)) => {
            view.open = false;
            view.refusal = Some(closed(desk, patient, &unmet));
        }
        Err(error @ (ActionError::Refused(_) | ActionError::Changed | ActionError::Conflicts(_))) => {
            let reason = error_text(w, f, &error).join(" ");
            view.impossible = Some(Impossible { reason, frees: Vec::new(), loosen: loosen(desk, &viewer) });
        }
        Err(other) => return Err(other.into()),
    }
    page_with_status(outcome.status, &view)
}

/// No treatment can be booked for this patient yet.
fn closed(desk: &Desk, patient: &Patient, unmet: &[Unmet]) -> Refusal {
    let w = desk.w();
    let title = w.f("plan-closed-title", [("name", patient.full_name.as_str())]);
    Refusal { title, lines: gate_lines(desk, patient.id, unmet), last: w.t("plan-closed-last") }
}

/// The protocol asked for, else the decision's, else the first.
fn choose_protocol<'a>(
    desk: &Desk,
    fields: &mut Fields,
    query: &PlanQuery,
    protocols: &'a [Protocol],
    decision: Option<&Decision>,
) -> Option<&'a Protocol> {
    let find = |id: ProtocolId| protocols.iter().find(|protocol| protocol.id == id);
    let asked = query.protocol.and_then(find);
    if query.protocol.is_some() && asked.is_none() {
        fields.fail("protocol", desk.w().t("plan-protocol-choose"));
    }
    let decided = decision.and_then(|decision| decision.protocol_id).and_then(find);
    asked.or(decided).or_else(|| protocols.first())
}

/// How many main visits: as asked, else as decided, else as the protocol plans; always within its bounds.
fn choose_visits(
    desk: &Desk,
    fields: &mut Fields,
    query: &PlanQuery,
    protocol: &Protocol,
    decision: Option<&Decision>,
) -> i64 {
    let bounds = protocol.visits_min..=protocol.visits_max;
    let decided = decision
        .filter(|decision| decision.protocol_id == Some(protocol.id))
        .and_then(|decision| decision.planned_visits)
        .filter(|visits| bounds.contains(visits));
    let default = decided.unwrap_or(protocol.visits);
    match query.visits {
        Some(visits) if bounds.contains(&visits) => visits,
        Some(_) => {
            fields.fail("visits", visits_hint(desk, protocol));
            default
        }
        None => default,
    }
}

fn visits_hint(desk: &Desk, protocol: &Protocol) -> String {
    let (min, max) = (protocol.visits_min.to_string(), protocol.visits_max.to_string());
    desk.w().f("plan-visits-between", [("min", min.as_str()), ("max", max.as_str())])
}

/// "Suitable until Mar 1, 2027 (Dr. Okafor)".
async fn suitable_line(
    desk: &Desk,
    tx: &mut Tx,
    decision: Option<&Decision>,
) -> Result<Option<String>, PageError> {
    let Some(decision) = decision else { return Ok(None) };
    let (Ok(()), Some(until)) = (candidacy::allows_on(Some(decision), desk.today()), decision.expires_on)
    else {
        return Ok(None);
    };
    let by = tx.staff(decision.decided_by).await?.map(|staff| staff.full_name).unwrap_or_default();
    let day = desk.f().day_month(until);
    Ok(Some(desk.w().f("plan-suitable", [("day", day.as_str()), ("name", by.as_str())])))
}

/// "Conditions: a lab result before the first visit".
fn conditions(desk: &Desk, decision: &Decision) -> String {
    desk.w().f("chart-conditions", [("text", decision.conditions.as_str())])
}

/// Shows the defaults in use where nothing was typed; what was typed stays.
fn fill_in(
    fields: &mut Fields,
    query: &PlanQuery,
    protocol: &Protocol,
    visits: i64,
    today: chrono::NaiveDate,
) {
    let defaults = [
        ("protocol", protocol.id.to_string()),
        ("visits", visits.to_string()),
        ("from", query.from.unwrap_or(today).to_string()),
        ("part", query.part.to_string()),
        ("part_how", "must".to_owned()),
        ("with_how", "must".to_owned()),
    ];
    for (name, value) in defaults {
        if fields.get(name).is_empty() {
            fields.set(name, value);
        }
    }
    // No day ticked means any day, and the boxes say so.
    if query.days.is_empty() {
        fields.set("days", day_code(chrono::Weekday::Mon));
        for (_, code) in &WEEK[1..] {
            fields.add("days", *code);
        }
    }
}

fn away_row(desk: &Desk, number: usize) -> AwayRow {
    let w = desk.w();
    let n = number.to_string();
    AwayRow {
        from_name: format!("away_from_{n}"),
        from_label: w.f("plan-away-from", [("number", n.as_str())]),
        to_name: format!("away_to_{n}"),
        to_label: w.f("plan-away-to", [("number", n.as_str())]),
    }
}

fn carried(query: &PlanQuery) -> Vec<(String, String)> {
    let pins = query.pins.iter().map(|pin| ("pin".to_owned(), pin.clone()));
    pins.chain(query.drops.iter().map(|drop| ("drop".to_owned(), drop.to_text()))).collect()
}

fn pinned(desk: &Desk, viewer: &Viewer<'_>) -> Vec<Fixed> {
    let (w, f) = (desk.w(), desk.f());
    let line = |pin: ChosenVisit| {
        let (place, when) = (place(w, pin.role, pin.index), local_when(f, pin.start));
        Fixed {
            text: w.f("plan-pinned-line", [("place", place.as_str()), ("when", when.as_str())]),
            href: viewer.href(&viewer.query.without_pin(pin.role, pin.index)),
        }
    };
    viewer.query.pinned().into_iter().map(line).collect()
}

fn dropped(desk: &Desk, viewer: &Viewer<'_>) -> Vec<Fixed> {
    let (w, f) = (desk.w(), desk.f());
    let line = |drop: &Dropped| {
        let (place, when) = (place(w, drop.role, drop.index), local_when(f, drop.start));
        Fixed {
            text: w.f("plan-dropped-line", [("place", place.as_str()), ("when", when.as_str())]),
            href: viewer.href(&viewer.query.without_drop(*drop)),
        }
    };
    viewer.query.drops.iter().map(line).collect()
}

/// Links that drop one wish each, for when nothing fits.
fn loosen(desk: &Desk, viewer: &Viewer<'_>) -> Vec<Link> {
    let w = desk.w();
    let query = viewer.query;
    let mut links = Vec::new();
    let mut offer = |wished: bool, key: &str, change: &dyn Fn(&mut PlanQuery)| {
        if wished {
            let mut loose = query.clone();
            change(&mut loose);
            links.push(Link { label: w.t(key), href: viewer.href(&loose) });
        }
    };
    offer(!query.days.is_empty(), "plan-loosen-days", &|loose| loose.days = Vec::new());
    offer(query.part != Part::Any && query.part_must, "plan-loosen-part", &|loose| loose.part_must = false);
    offer(query.with.is_some() && query.with_must, "plan-loosen-with", &|loose| loose.with_must = false);
    offer(!query.away.is_empty(), "plan-loosen-away", &|loose| loose.away = Vec::new());
    offer(!query.pins.is_empty(), "plan-loosen-pins", &|loose| loose.pins = Vec::new());
    offer(!query.drops.is_empty(), "plan-loosen-drops", &|loose| loose.drops = Vec::new());
    links
}

/// Plans again with every visit that is still free held fast; a talk moves with its treatment.
fn keep_rest(desk: &Desk, viewer: &Viewer<'_>, course: &[ChosenVisit], lost: &[Conflict]) -> Option<Link> {
    let is_lost = |visit: &ChosenVisit| {
        let at = bound(desk.zone(), visit.start);
        lost.iter().any(|conflict| conflict.starts_at == at)
    };
    let moved: Vec<i64> = course
        .iter()
        .filter(|visit| visit.role == VisitRole::Main && is_lost(visit))
        .map(|visit| visit.index)
        .collect();
    let moves = |visit: &ChosenVisit| {
        is_lost(visit) || (visit.role == VisitRole::AfterEach && moved.contains(&visit.index))
    };
    let kept: Vec<&ChosenVisit> = course.iter().filter(|visit| !moves(visit)).collect();
    if kept.is_empty() || kept.len() == course.len() {
        return None;
    }
    let mut query = viewer.query.clone();
    for visit in &kept {
        query = query.with_pin(visit);
    }
    let label = desk.w().n("plan-keep-rest", i64::try_from(kept.len()).unwrap_or(i64::MAX));
    Some(Link { label, href: viewer.href(&query) })
}
