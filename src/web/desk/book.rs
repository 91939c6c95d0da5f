//! Book a single visit: wishes, the soonest free times, the sentence to read aloud, and what to do when a time is gone.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

use super::plan_query::{self, Part, WEEK, day_code, optional};
use super::plan_view::{Refusal, facts_of, find_patient, gate_lines};
use super::{Desk, DeskForm, read_aloud};
use crate::actions::book::{BookVisit, book_visit};
use crate::actions::intake::consultation_unoffered;
use crate::actions::notify::goes_at;
use crate::actions::offer::{OfferedTime, TimesWanted, offer_times};
use crate::actions::programme::single_gate;
use crate::actions::{ActionError, Conflict, ConflictKind};
use crate::domain::candidacy;
use crate::domain::companions::Venue;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, ResourceId};
use crate::domain::patients::chart_name;
use crate::domain::services::{Category, Service};
use crate::domain::time::visit_start;
use crate::store::Tx;
use crate::store::patients::Patient;
use crate::store::resources::Resource;
use crate::web::kit::refusals::{conflict_lines, error_text};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;
use crate::words::format::{Format, money, weekday_short};

/// How many days are searched, and how many when nothing was found.
const DAYS: i64 = 14;
const FAR_DAYS: i64 = 60;
/// How many times stand on top, and how many days are unfolded below.
const PROPOSALS: usize = 3;
const OPEN_DAYS: usize = 3;

/// A time to choose.
struct TimeChoice {
    id: String,
    value: String,
    label: String,
    chosen: bool,
}

/// A day's times.
struct DayTimes {
    label: String,
    count: String,
    open: bool,
    times: Vec<TimeChoice>,
}

/// A link that drops one wish.
struct Free {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/book.html")]
struct BookPage {
    shell: Shell,
    fields: Fields,
    action: String,
    chart: String,
    facts: Vec<String>,
    services: Vec<(String, String)>,
    people: Vec<(String, String)>,
    days: Vec<(String, String)>,
    parts: Vec<(String, String)>,
    /// Why nothing was booked, or cannot be.
    refusal: Option<Refusal>,
    note: Option<String>,
    /// That no review has offered the consultation.
    unoffered: Option<String>,
    heading: String,
    proposals: Vec<TimeChoice>,
    by_day: Vec<DayTimes>,
    /// Nothing is free: the sentence, and what would free something.
    none: Option<String>,
    frees: Vec<Free>,
    aloud: String,
    key: String,
    hidden: Vec<(String, String)>,
    button: String,
}

/// What is asked for, read from a query or a posted form.
#[derive(Clone)]
struct Ask {
    service: Service,
    with: Option<ResourceId>,
    days: Vec<Weekday>,
    part: Part,
    from: NaiveDate,
    /// The start wished for, from the calendar.
    at: Option<DateTime<Utc>>,
}

/// What the last try came to.
#[derive(Default)]
struct Outcome {
    status: StatusCode,
    refusal: Option<Refusal>,
    /// The start that was lost.
    aim: Option<DateTime<Utc>>,
}

/// The clinic's side of the page.
struct Offer {
    services: Vec<Service>,
    people: Vec<Resource>,
}

impl Offer {
    async fn load(tx: &mut Tx, desk: &Desk) -> Result<Self, PageError> {
        let mut services = tx.services(desk.site.id).await?;
        services.retain(|service| service.active);
        let mut people = tx.resources(desk.site.id).await?;
        people.retain(|one| one.active && !one.is_room());
        Ok(Self { services, people })
    }

    /// Who can hold a service, as far as a patient would ask for them.
    fn people_for<'a>(&'a self, service: &Service) -> impl Iterator<Item = &'a Resource> + use<'a> {
        let kind = read_aloud::leading_kind(&service.kinds());
        self.people.iter().filter(move |one| kind.is_some_and(|kind| one.serves.contains(&kind)))
    }

    /// The service somebody is asked for, if they hold one; consultations first.
    fn first_service(&self, with: Option<ResourceId>) -> Option<&Service> {
        let holds =
            |service: &Service| with.is_none_or(|id| self.people_for(service).any(|one| one.id == id));
        let is_consultation = |service: &Service| service.category == Category::Consultation;
        let find = |suits: &dyn Fn(&Service) -> bool| self.services.iter().find(|service| suits(service));
        find(&|service| is_consultation(service) && holds(service))
            .or_else(|| find(&holds))
            .or_else(|| find(&is_consultation))
            .or_else(|| self.services.first())
    }

    fn name_of(&self, id: Option<ResourceId>) -> String {
        self.people.iter().find(|one| Some(one.id) == id).map(|one| one.name.clone()).unwrap_or_default()
    }
}

impl Ask {
    /// Reads the wishes; what cannot be read gets a message at its field, and the default is used.
    fn read(fields: &mut Fields, desk: &Desk, offer: &Offer) -> Option<Self> {
        let w = desk.w();
        let asked_with = fields.get("with").parse::<ResourceId>().ok();
        let chosen = optional(fields, "service", &w.t("book-service-choose"), |text| {
            offer.services.iter().find(|service| service.id.to_string() == text)
        });
        let service = chosen.or_else(|| offer.first_service(asked_with))?.clone();
        let with = if fields.get("with") == "any" {
            None
        } else {
            optional(fields, "with", &w.t("book-with-choose"), |text| {
                let id = text.parse::<ResourceId>().ok()?;
                offer.people_for(&service).any(|one| one.id == id).then_some(id)
            })
        };
        let at = optional(fields, "at", &w.t("book-at-unknown"), |text| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
            plan_query::start_date(&local.date().to_string(), desk.today())?;
            visit_start(desk.zone(), local).filter(|at| *at > desk.now())
        });
        let from = optional(fields, "from", &w.t("book-from-date"), |text| {
            plan_query::start_date(text, desk.today())
        });
        let first = at.map_or_else(|| desk.today(), |at| desk.f().date_of(at));
        let part = optional(fields, "part", &w.t("book-part-choose"), Part::parse);
        let (days, part) = (plan_query::days(fields, "days"), part.unwrap_or(Part::Any));
        Some(Self { service, with, days, part, from: from.unwrap_or(first), at })
    }

    fn wanted(&self, patient: &Patient, days: i64) -> TimesWanted {
        let (from_minute, to_minute) = self.part.minutes();
        TimesWanted {
            service: self.service.id,
            patient: Some(patient.id),
            with: self.with,
            weekdays: self.days.clone(),
            from_minute,
            to_minute,
            from: self.from,
            days,
        }
    }

    /// The wishes as fields of a form or an address.
    fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("service".to_owned(), self.service.id.to_string())];
        pairs.extend(self.with.map(|with| ("with".to_owned(), with.to_string())));
        pairs.extend(self.days.iter().map(|day| ("days".to_owned(), day_code(*day).to_owned())));
        pairs.push(("part".to_owned(), self.part.to_string()));
        pairs.push(("from".to_owned(), self.from.to_string()));
        pairs
    }

    fn href(&self, patient: &Patient) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs());
        format!("/patients/{}/book?{}", patient.id, query.finish())
    }

    /// Whom the patient would meet at an offered time.
    fn person(&self, time: &OfferedTime) -> Option<ResourceId> {
        let kind = read_aloud::leading_kind(&self.service.kinds());
        let leading = time.assigned.iter().find(|one| Some(one.kind) == kind);
        self.with.or_else(|| leading.map(|one| one.resource))
    }
}

/// GET `/patients/{id}/book?service=&with=&days=&part=&from=&at=`
///
/// # Errors
/// [`PageError::NotFound`] for a patient of another site.
pub async fn show(desk: Desk, Path(id): Path<String>, uri: Uri) -> PageResult {
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    render(&desk, tx, &patient, Fields::from_query(&uri), Outcome::default()).await
}

/// POST `/patients/{id}/book`
///
/// # Errors
/// [`PageError::NotFound`] for a patient of another site.
pub async fn book(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let patient = find_patient(&mut tx, &desk, &id).await?;
    let offer = Offer::load(&mut tx, &desk).await?;
    let chosen = fields.parsed("time", read_time, &w.t("book-time-choose"));
    let ask = Ask::read(&mut fields.clone(), &desk, &offer);
    let (Some((starts_at, with)), Some(ask)) = (chosen, ask) else {
        let outcome = Outcome { status: StatusCode::UNPROCESSABLE_ENTITY, ..Outcome::default() };
        return render(&desk, tx, &patient, fields, outcome).await;
    };
    drop(tx);

    let visit =
        BookVisit { id: AppointmentId::new(), patient: patient.id, service: ask.service.id, starts_at, with };
    let path = format!("/appointments/{}", visit.id);
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("book", &key, &path).await? {
        return Ok(redirect(&done));
    }
    let error = match book_visit(&mut tx, &desk.actor(), &desk.app.config.rules, &desk.site, visit).await {
        Ok(()) => {
            tx.commit().await?;
            let who = offer.name_of(with);
            let said = booked_text(&desk, &patient, &ask.service, starts_at, &who);
            return Ok(redirect_with_flash(&path, &said, None));
        }
        Err(error) => error,
    };
    drop(tx);
    let outcome = match error {
        ActionError::Conflicts(conflicts) => {
            let who = offer.name_of(with);
            let taken = |one: &Conflict| matches!(one.what, ConflictKind::Taken | ConflictKind::PatientBusy);
            let title = if !conflicts.iter().any(taken) {
                w.f("book-not-then", [("when", f.when(starts_at).as_str())])
            } else if who.is_empty() {
                w.f("book-gone-time", [("when", f.when(starts_at).as_str())])
            } else {
                w.f("book-gone", [("time", f.time(starts_at).as_str()), ("who", who.as_str())])
            };
            let lines = conflict_lines(w, f, &conflicts);
            let refusal = Refusal::plain(title, lines, w.t("book-gone-next"));
            Outcome { status: StatusCode::CONFLICT, refusal: Some(refusal), aim: Some(starts_at) }
        }
        ActionError::Unmet(unmet) => {
            let title = w.f("book-refused-title", [("name", patient.full_name.as_str())]);
            let refusal = Refusal {
                title,
                lines: gate_lines(&desk, patient.id, &unmet),
                last: w.t("book-refused-last"),
            };
            Outcome { status: StatusCode::UNPROCESSABLE_ENTITY, refusal: Some(refusal), aim: Some(starts_at) }
        }
        error @ (ActionError::Changed | ActionError::Refused(_)) => {
            let title = w.f("book-refused-title", [("name", patient.full_name.as_str())]);
            let refusal = Refusal::plain(title, error_text(w, f, &error), w.t("book-refused-last"));
            Outcome { status: StatusCode::CONFLICT, refusal: Some(refusal), aim: Some(starts_at) }
        }
        other => return Err(other.into()),
    };
    let tx = desk.read().await?;
    render(&desk, tx, &patient, fields, outcome).await
}

/// The value of a time's radio button: instant and person.
fn time_value(at: DateTime<Utc>, person: Option<ResourceId>) -> String {
    let person = person.map(|id| id.to_string()).unwrap_or_default();
    format!("{}|{person}", at.format("%Y-%m-%dT%H:%M:%SZ"))
}

fn read_time(text: &str) -> Option<(DateTime<Utc>, Option<ResourceId>)> {
    let (at, person) = text.split_once('|')?;
    let at = DateTime::parse_from_rfc3339(at).ok()?.to_utc();
    // A year nobody books in would leave the calendar in later sums.
    crate::web::kit::fields::parse_date(&at.date_naive().to_string())?;
    let person = if person.is_empty() { None } else { Some(person.parse().ok()?) };
    Some((at, person))
}

/// What was booked, and when which mail goes.
fn booked_text(desk: &Desk, patient: &Patient, service: &Service, at: DateTime<Utc>, who: &str) -> String {
    let (w, f) = (desk.w(), desk.f());
    let mail = mail_line(desk, patient);
    let when = f.when(at);
    let (service, name, when) = (service.name.as_str(), patient.full_name.as_str(), when.as_str());
    let (address, mail) = (desk.site.address.as_str(), mail.as_str());
    let base = [("service", service), ("name", name), ("when", when), ("address", address), ("mail", mail)];
    if who.is_empty() {
        return w.f("book-done-nobody", base);
    }
    let [service, name, when, address, mail] = base;
    w.f("book-done", [service, name, when, address, mail, ("who", who)])
}

/// "Email to w…@example.com goes at 10:04 AM." or that somebody must call.
pub fn mail_line(desk: &Desk, patient: &Patient) -> String {
    let w = desk.w();
    match (&patient.email, &patient.phone) {
        (Some(email), _) => {
            let goes = goes_at(&desk.app.config.rules, desk.now());
            let (email, time) = (read_aloud::masked_email(email), desk.f().time(goes));
            w.f("book-mail", [("email", email.as_str()), ("time", time.as_str())])
        }
        (None, Some(phone)) => {
            w.f("book-no-mail-phone", [("name", patient.full_name.as_str()), ("phone", phone.as_str())])
        }
        (None, None) => w.f("book-no-mail", [("name", patient.full_name.as_str())]),
    }
}

async fn render(
    desk: &Desk,
    mut tx: Tx,
    patient: &Patient,
    mut fields: Fields,
    outcome: Outcome,
) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let offer = Offer::load(&mut tx, desk).await?;
    let ask = Ask::read(&mut fields, desk, &offer);
    let title = w.f("book-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let refused = outcome.refusal.is_some() || !fields.is_ok();
    let shell = desk.shell(&mut tx, Nav::Patients, title).await?.refused(refused);
    let mut view = BookPage {
        shell,
        action: format!("/patients/{}/book", patient.id),
        chart: format!("/patients/{}", patient.id),
        facts: facts_of(w, f, patient),
        services: offer.services.iter().map(|service| service_option(desk, service)).collect(),
        people: vec![("any".to_owned(), w.t("book-with-any"))],
        days: WEEK.iter().map(|(day, code)| ((*code).to_owned(), weekday_short(*day).to_owned())).collect(),
        parts: Part::ALL.iter().map(|part| (part.to_string(), w.t(part.word_key()))).collect(),
        refusal: outcome.refusal,
        note: None,
        unoffered: None,
        heading: w.t("book-soonest"),
        proposals: Vec::new(),
        by_day: Vec::new(),
        none: None,
        frees: Vec::new(),
        aloud: String::new(),
        key: idempotency::new_key(),
        hidden: Vec::new(),
        button: w.f("book-button", [("name", patient.full_name.as_str())]),
        fields,
    };
    let Some(ask) = ask else {
        view.none = Some(w.t("book-no-services"));
        return page_with_status(outcome.status, &view);
    };
    view.people.extend(offer.people_for(&ask.service).map(|one| (one.id.to_string(), one.name.clone())));
    view.hidden = ask.pairs();
    fill_in(&mut view.fields, &ask);
    if ask.service.category == Category::Consultation {
        let why = consultation_unoffered(&mut tx, patient.id).await?;
        view.unoffered = why.map(|why| w.f(why.word_key(), [("name", patient.full_name.as_str())]));
    }
    if let Some(refusal) = blocked(desk, &mut tx, patient, &ask).await? {
        view.refusal = Some(refusal);
        return page_with_status(outcome.status, &view);
    }
    let offered = offer_times(&mut tx, &desk.site, &ask.wanted(patient, DAYS)).await?;
    if offered.is_empty() {
        view.none = Some(none_text(w, f, &ask));
        view.frees = frees(desk, &mut tx, patient, &ask, &offer).await?;
        if view.frees.is_empty() {
            view.note = Some(w.t("book-nothing-frees"));
        }
    } else {
        show_times(&mut view, desk, &ask, &offer, &offered, outcome.aim);
    }
    page_with_status(outcome.status, &view)
}

fn service_option(desk: &Desk, service: &Service) -> (String, String) {
    let (minutes, price) = (service.minutes().to_string(), money(service.price_cents, &desk.site.currency));
    let args = [("name", service.name.as_str()), ("minutes", minutes.as_str()), ("price", price.as_str())];
    (service.id.to_string(), desk.w().f("book-service-line", args))
}

/// Shows the defaults in use where nothing was typed; what was typed stays.
fn fill_in(fields: &mut Fields, ask: &Ask) {
    let with = ask.with.map_or_else(|| "any".to_owned(), |id| id.to_string());
    let service = ask.service.id.to_string();
    for (name, value) in
        [("service", service), ("with", with), ("part", ask.part.to_string()), ("from", ask.from.to_string())]
    {
        if fields.get(name).is_empty() {
            fields.set(name, value);
        }
    }
}

/// A treatment nobody has decided on cannot be booked at any time, nor one of another program; better said before a time is chosen.
async fn blocked(
    desk: &Desk,
    tx: &mut Tx,
    patient: &Patient,
    ask: &Ask,
) -> Result<Option<Refusal>, PageError> {
    if !ask.service.category.needs_candidacy() {
        return Ok(None);
    }
    let decision = tx.decision_of(patient.id).await?;
    let mut unmet = single_gate(tx, &desk.site, patient.id, &ask.service).await?;
    if let Err(fault) = candidacy::allows_on(decision.as_ref(), ask.from) {
        unmet.insert(0, Unmet::Candidacy(fault));
    }
    if unmet.is_empty() {
        return Ok(None);
    }
    let w = desk.w();
    let args = [("service", ask.service.name.as_str()), ("name", patient.full_name.as_str())];
    let lines = gate_lines(desk, patient.id, &unmet);
    Ok(Some(Refusal { title: w.f("book-blocked-title", args), lines, last: w.t("book-blocked-last") }))
}

/// Proposals on top, the rest by day, and the sentence of the chosen time.
fn show_times(
    view: &mut BookPage,
    desk: &Desk,
    ask: &Ask,
    offer: &Offer,
    offered: &[OfferedTime],
    lost: Option<DateTime<Utc>>,
) {
    let (w, f) = (desk.w(), desk.f());
    let aim = lost.or(ask.at);
    let mut order: Vec<usize> = (0..offered.len()).collect();
    if let Some(aim) = aim {
        view.heading = w.f("book-nearest", [("when", f.when(aim).as_str())]);
        order.sort_by_key(|index| offered.get(*index).map(|time| (time.starts_at - aim).abs()));
    }
    let nearest = order.first().copied().unwrap_or(0);
    let asked = read_time(view.fields.get("time"));
    let is_asked = |time: &OfferedTime| asked == Some((time.starts_at, ask.person(time)));
    let chosen = offered.iter().position(is_asked).unwrap_or(nearest);
    if let Some(at) = ask.at.filter(|at| lost.is_none() && offered.iter().all(|time| time.starts_at != *at)) {
        view.note = Some(w.f("book-at-taken", [("when", f.when(at).as_str())]));
    }
    order.truncate(PROPOSALS);
    order.sort_unstable();
    let choice = |index: usize, time: &OfferedTime, when: String| {
        let person = ask.person(time);
        let who = offer.name_of(person);
        let label = if who.is_empty() {
            when
        } else {
            w.f("book-time-line", [("time", when.as_str()), ("who", who.as_str())])
        };
        let value = time_value(time.starts_at, person);
        TimeChoice { id: format!("time-{index}"), value, label, chosen: index == chosen }
    };
    let mut days: HashMap<NaiveDate, usize> = HashMap::new();
    for (index, time) in offered.iter().enumerate() {
        if order.contains(&index) {
            view.proposals.push(choice(index, time, f.when(time.starts_at)));
            continue;
        }
        let date = f.date_of(time.starts_at);
        let place = *days.entry(date).or_insert_with(|| {
            let open = view.by_day.len() < OPEN_DAYS;
            view.by_day.push(DayTimes { label: f.day(date), count: String::new(), open, times: Vec::new() });
            view.by_day.len() - 1
        });
        if let Some(day) = view.by_day.get_mut(place) {
            day.open |= index == chosen;
            day.times.push(choice(index, time, f.time(time.starts_at)));
        }
    }
    for day in &mut view.by_day {
        day.count = w.n("book-day-times", i64::try_from(day.times.len()).unwrap_or(i64::MAX));
    }
    if let Some(time) = offered.get(chosen) {
        view.aloud = aloud(desk, ask, time.starts_at, &offer.name_of(ask.person(time)));
    }
}

/// "That is Tuesday, December 1, at 9 in the morning, with Dr. Lind, at 12 Elm Street. …"
fn aloud(desk: &Desk, ask: &Ask, at: DateTime<Utc>, who: &str) -> String {
    let (w, f) = (desk.w(), desk.f());
    let when = read_aloud::day_and_time(w, f, at);
    let minutes = w.n("book-aloud-minutes", ask.service.minutes());
    let price = read_aloud::price(w, ask.service.price_cents, &desk.site.currency);
    let place = if desk.site.address.is_empty() { &desk.site.name } else { &desk.site.address };
    let (when, address) = (("when", when.as_str()), ("address", place.as_str()));
    let (minutes, price) = (("minutes", minutes.as_str()), ("price", price.as_str()));
    let away = match ask.service.venue {
        Venue::Clinic => None,
        Venue::Home => Some(w.t("book-aloud-home")),
        Venue::Phone => Some(w.t("book-aloud-phone")),
    };
    if let Some(away) = away {
        let place = ("where", away.as_str());
        return match who {
            "" => w.f("book-aloud-away-nobody", [when, place, minutes, price]),
            who => w.f("book-aloud-away", [when, place, minutes, price, ("who", who)]),
        };
    }
    if who.is_empty() {
        return w.f("book-aloud-nobody", [when, address, minutes, price]);
    }
    w.f("book-aloud", [when, address, minutes, price, ("who", who)])
}

fn none_text(w: Words, f: Format, ask: &Ask) -> String {
    let end = ask.from.checked_add_signed(TimeDelta::days(DAYS)).unwrap_or(ask.from);
    let wishes = !ask.days.is_empty() || ask.part != Part::Any || ask.with.is_some();
    let key = if wishes { "book-none" } else { "book-none-at-all" };
    let day = f.day_month(end);
    w.f(key, [("service", ask.service.name.as_str()), ("day", day.as_str())])
}

/// The first time that each dropped wish would free, and the first further ahead.
async fn frees(
    desk: &Desk,
    tx: &mut Tx,
    patient: &Patient,
    ask: &Ask,
    offer: &Offer,
) -> Result<Vec<Free>, PageError> {
    let (w, f) = (desk.w(), desk.f());
    let mut tries: Vec<(Ask, i64, &str, String)> = Vec::new();
    if !ask.days.is_empty() {
        let loose = Ask { days: Vec::new(), ..ask.clone() };
        tries.push((loose, DAYS, "book-without-days", String::new()));
    }
    if ask.part != Part::Any {
        let loose = Ask { part: Part::Any, ..ask.clone() };
        tries.push((loose, DAYS, "book-without-part", w.t(ask.part.word_key())));
    }
    if ask.with.is_some() {
        let loose = Ask { with: None, ..ask.clone() };
        tries.push((loose, DAYS, "book-without-with", offer.name_of(ask.with)));
    }
    tries.push((ask.clone(), FAR_DAYS, "book-later", String::new()));
    let mut frees = Vec::new();
    for (mut loose, days, key, what) in tries {
        let offered = offer_times(tx, &desk.site, &loose.wanted(patient, days)).await?;
        let Some(first) = offered.first() else { continue };
        let when = f.when(first.starts_at);
        let args = [("when", when.as_str()), ("wish", what.as_str()), ("name", what.as_str())];
        if days == FAR_DAYS {
            loose.from = f.date_of(first.starts_at);
        }
        frees.push(Free { text: w.f(key, args), href: loose.href(patient) });
    }
    Ok(frees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_time_is_read_back_and_nonsense_is_not() {
        let at = DateTime::parse_from_rfc3339("2026-12-01T14:00:00Z").expect("an instant").to_utc();
        for person in [None, Some(ResourceId::new())] {
            assert_eq!(read_time(&time_value(at, person)), Some((at, person)));
        }
        for text in ["", "|", "2026-12-01T14:00:00Z", "2026-12-01T14:00:00Z|x", "9999-12-31T00:00:00Z|"] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }
}
