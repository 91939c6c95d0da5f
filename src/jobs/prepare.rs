//! From a claimed row to a letter: does what it speaks of still stand, who reads it, and what is true now.

use chrono::{DateTime, TimeDelta, Utc};

use super::by_rule::{Verdict, by_rule};
use crate::actions::{ActionError, links, no_decision, recall};
use crate::app::App;
use crate::auth::token;
use crate::domain::appointments::{AppointmentStatus, SeriesStatus};
use crate::domain::bounces;
use crate::domain::drivers::{DriveStatus, Legs};
use crate::domain::ids::{AppointmentId, DriverId, EstimateId, LinkId, SeriesId};
use crate::domain::mail_topics::Topic;
use crate::domain::message_fate::{self, Saying, Standing};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::mood::ScoreSource;
use crate::domain::patients::ContactPreference;
use crate::mail::transport::Envelope;
use crate::mail::{ComposeError, Facts, Rendered, compose_in};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::drivers::{Drive, Driver};
use crate::store::links::Link;
use crate::store::messages::{Message, SentCopy};
use crate::store::outbox::NO_DECISION;
use crate::store::patients::Patient;
use crate::store::preferences::UnsubscribeLink;
use crate::store::series::Series;
use crate::store::sites::Site;
use crate::words::Words;
use crate::words::format::Format;

/// A patient's link stays in use this long after the last visit it shows (days).
const PATIENT_LINK_DAYS: i64 = 14;
/// A form is filled in in several sittings: its link stays in use this long (days).
const INTAKE_LINK_DAYS: i64 = 60;
/// A driver's link stays in use this long after the drive (hours).
const DRIVER_LINK_HOURS: i64 = 24;
/// A mail is found again long after it came: its one-click link stays in use this long (days).
const ONE_CLICK_DAYS: i64 = 365;
/// Whoever told their mood within this time is not asked again (hours).
const MOOD_TOLD_HOURS: i64 = 12;
/// Whoever answered the nine questions within this time is not asked again (days).
const PHQ9_TOLD_DAYS: i64 = 3;

/// What becomes of a claimed row.
pub(super) enum Prepared {
    /// A letter to send.
    Letter(Box<Letter>),
    /// It ends here, for this reason.
    End(MessageStatus, Option<String>),
    /// It waits until then: the reader's day does not allow it now.
    Later(DateTime<Utc>),
}

/// A letter ready to go.
pub(super) struct Letter {
    pub envelope: Envelope,
    pub rendered: Rendered,
    pub copy: SentCopy,
}

/// Prepares a row inside the claiming transaction, so that a visit that moves or is canceled meanwhile is seen (I1).
pub(super) async fn prepare(tx: &mut Tx, app: &App, message: &Message) -> Result<Prepared, ActionError> {
    make(tx, app, message, true).await
}

/// What a row would become now. Nothing is written, so that the links in it lead nowhere.
pub(super) async fn look(tx: &mut Tx, app: &App, message: &Message) -> Result<Prepared, ActionError> {
    make(tx, app, message, false).await
}

async fn make(tx: &mut Tx, app: &App, message: &Message, keeps_links: bool) -> Result<Prepared, ActionError> {
    let end = |status, why: Option<&str>| Ok(Prepared::End(status, why.map(str::to_owned)));
    let site = tx.site().await?.ok_or(ActionError::NotFound)?;
    let Some(patient) = tx.patient(message.patient_id).await? else {
        return end(MessageStatus::NotNeeded, None);
    };
    let visit = match message.appointment_id {
        Some(id) => tx.appointment(id).await?,
        None => None,
    };
    if message.stage.is_recall() && !recall::still_stands(tx, &site, message).await? {
        return end(MessageStatus::NotNeeded, None);
    }
    let overtaken = stale(tx, message, visit.as_ref()).await?;
    if let Some(status) = message_fate::end(overtaken, message.useful_until, tx.now()) {
        return end(status, None);
    }
    if let Some(status) = intake_stale(tx, message).await? {
        return end(status, None);
    }
    if let Some(topic) = message.stage.topic()
        && !tx.wants(message.patient_id, topic).await?
    {
        return end(MessageStatus::NotNeeded, Some(&Words::default().t("mail-not-wanted")));
    }
    let series = match message.series_id {
        Some(id) => tx.series(id).await?,
        None => None,
    };
    let drive = match message.appointment_id {
        Some(id) => tx.current_drive(id).await?,
        None => None,
    };
    match by_rule(tx, &site, message, visit.as_ref(), drive.as_ref()).await? {
        Verdict::Go => {}
        // Who only looks wants to read it, though it may have to wait for morning.
        Verdict::Later(_) if !keeps_links => {}
        Verdict::NotNeeded => return end(MessageStatus::NotNeeded, None),
        Verdict::Later(at) => return Ok(Prepared::Later(at)),
        Verdict::TooLate => return end(MessageStatus::Expired, None),
    }
    // Who only looks wants to read it.
    if keeps_links && no_decision::keeps_back(tx, &site, message, visit.as_ref()).await? {
        return end(MessageStatus::Held, Some(NO_DECISION));
    }
    let driver = reader_or_subject(tx, message, drive.as_ref().map(|drive| drive.driver_id)).await?;
    let comes_back = match &driver {
        Some(driver) if message.driver_id.is_some() => {
            driver.address_wrong_at.is_none() && driver.mail_bounces()
        }
        _ => {
            let reads = patient.contact == ContactPreference::Email && patient.address_wrong_at.is_none();
            message.driver_id.is_none() && reads && patient.mail_bounces()
        }
    };
    if comes_back {
        return end(MessageStatus::Held, Some(bounces::HELD));
    }
    let to = if message.driver_id.is_some() {
        driver.as_ref().and_then(|driver| driver.mail_address().map(str::to_owned))
    } else {
        // Whoever asked to be called is called: the line on the worklist says so.
        patient.mail_address().map(str::to_owned)
    };
    let Some(to) = to else { return end(MessageStatus::Held, Some("no address")) };
    let visits = visits_for(tx, message, visit.as_ref()).await?;
    let driver_named = drive.is_some() || moves_a_drive(tx, message, &visits).await?;
    let home_only = home_only(tx, message, &visits).await?;

    let token = token::new_token();
    let path = if message.driver_id.is_some() { "d" } else { "v" };
    let page = match message.stage {
        Stage::DecisionTold => "/message",
        // Sent for the first time or afresh: such a link opens the form.
        _ if message.intake().is_some() => "/intake",
        _ => "",
    };
    let url = format!("{}/{path}/{token}{page}", app.config.base_url);
    let w = Words::default();
    let from = app.config.mail_from.clone().unwrap_or_else(|| site.email.clone());
    let facts = Facts {
        w,
        f: Format::new(site.timezone, tx.now()),
        site: &site,
        patient: &patient,
        stage: message.stage,
        appointment: visit.as_ref(),
        series: series.as_ref(),
        visits: &visits,
        driver: driver.as_ref(),
        drive_confirmed: drive.as_ref().is_some_and(|drive| drive.status == DriveStatus::Confirmed),
        driver_named,
        home_only: &home_only,
        pick_up: app.config.rules.pick_up,
        details: &message.details,
        url: &url,
        organizer_email: &from,
        now: tx.now(),
        hold_until: series.as_ref().and_then(|series| series.hold_until),
    };
    let own = tx.wordings_of(site.id, message.stage).await?;
    let rendered = match compose_in(&facts, &own) {
        Ok(rendered) => rendered,
        Err(ComposeError::NothingToTell) => return end(MessageStatus::NotNeeded, None),
        Err(error) => return end(MessageStatus::Failed, Some(&error.to_string())),
    };
    let expires_at = link_end(tx.now(), message, visit.as_ref(), &visits);
    let link = link(message, visit.as_ref(), &token, expires_at, tx.now());
    if keeps_links {
        tx.insert_link(&link).await?;
        if let Some(intake) = message.intake() {
            tx.insert_intake_link(link.id, intake).await?;
        }
    }
    let mut envelope = envelope(&site, &from, &to, message);
    envelope.sender = app.config.bounce_address.clone();
    if let Some(topic) = message.stage.topic().filter(|_| keeps_links) {
        envelope.unsubscribe = Some(one_click(tx, app, message, topic).await?);
    }
    let shows_link = app.config.demo && keeps_links;
    let copy = sent_copy(&to, &rendered, if shows_link { None } else { Some(&token) });
    Ok(Prepared::Letter(Box::new(Letter { envelope, rendered, copy })))
}

/// The address at which a mail program switches this message's topic off for this patient.
async fn one_click(tx: &mut Tx, app: &App, message: &Message, topic: Topic) -> Result<String, ActionError> {
    let token = token::new_token();
    let link = UnsubscribeLink {
        token_hash: token::hash(&token).unwrap_or_default(),
        patient_id: message.patient_id,
        topic,
        expires_at: tx.now() + TimeDelta::days(ONE_CLICK_DAYS),
        created_at: tx.now(),
    };
    tx.insert_unsubscribe_link(&link).await?;
    Ok(format!("{}/v/{token}/unsubscribe", app.config.base_url))
}

/// Whether a message about several moved visits speaks of one somebody is asked to drive to.
async fn moves_a_drive(tx: &mut Tx, message: &Message, visits: &[Appointment]) -> Result<bool, ActionError> {
    if message.stage != Stage::VisitMoved || message.appointment_id.is_some() {
        return Ok(false);
    }
    let drives = tx.current_drives_of(message.patient_id).await?;
    Ok(drives.iter().any(|drive| visits.iter().any(|visit| visit.id == drive.appointment_id)))
}

/// The visits from which the driver who reads a message takes the patient home only: as agreed, or because the patient is here.
async fn home_only(
    tx: &mut Tx,
    message: &Message,
    visits: &[Appointment],
) -> Result<Vec<AppointmentId>, ActionError> {
    let Some(driver) = message.driver_id else { return Ok(Vec::new()) };
    let is_here = |id: AppointmentId| visits.iter().any(|visit| visit.id == id && visit.status.is_here());
    let drives = tx.drives_by(driver).await?.into_iter().filter(|drive| drive.status.is_current());
    let home = drives.filter(|drive| drive.legs == Legs::Home || is_here(drive.appointment_id));
    Ok(home.map(|drive| drive.appointment_id).collect())
}

/// Whether what the row speaks of is gone: canceled, moved to another version, over.
async fn stale(
    tx: &mut Tx,
    message: &Message,
    visit: Option<&Appointment>,
) -> Result<Option<MessageStatus>, ActionError> {
    let Some(visit) = visit else {
        if message.stage == Stage::DriverAsked {
            let none_left = asked_visits(tx, message).await?.is_empty();
            return Ok(none_left.then_some(MessageStatus::NotNeeded));
        }
        if message.stage == Stage::DriverFreshLink {
            let none_left = match message.driver_id {
                Some(driver) => links::coming_drives(tx, driver).await?.is_empty(),
                None => true,
            };
            return Ok(none_left.then_some(MessageStatus::NotNeeded));
        }
        if message.stage == Stage::DriverDeclined {
            let none_left = undriven_visits(tx, message).await?.is_empty();
            return Ok(none_left.then_some(MessageStatus::NotNeeded));
        }
        if message.stage == Stage::Estimate {
            let settled = estimate_is_settled(tx, message).await?;
            return Ok(settled.then_some(MessageStatus::NotNeeded));
        }
        if message.stage == Stage::DecisionTold {
            // Words about a decision that does not count any more are nobody's.
            let newest = tx.decision_of(message.patient_id).await?;
            let stands = newest.is_some_and(|newest| message.decision() == Some(newest.id));
            return Ok((!stands).then_some(MessageStatus::Superseded));
        }
        if message.stage == Stage::TalkWanted {
            let settled = talk_is_settled(tx, message).await?;
            return Ok(settled.then_some(MessageStatus::NotNeeded));
        }
        let Some(id) = message.series_id else { return Ok(None) };
        if message.stage == Stage::Phq9CheckIn && told_phq9(tx, message).await? {
            return Ok(Some(MessageStatus::NotNeeded));
        }
        let series: Option<Series> = tx.series(id).await?;
        let stands = |series: &Series| match message.stage {
            Stage::SeriesHeld => series.status == SeriesStatus::Held,
            // That visits went stays true, also when none is left.
            Stage::SeriesChanged => series.status != SeriesStatus::Held,
            _ => series.status == SeriesStatus::Active,
        };
        let gone = series.as_ref().is_none_or(|series| !stands(series));
        return Ok(gone.then_some(MessageStatus::NotNeeded));
    };
    let saying =
        Saying { stage: message.stage, version: message.version, to_driver: message.driver_id.is_some() };
    let standing = Standing { status: visit.status, version: visit.version };
    Ok(message_fate::overtaken(saying, standing, settled(tx, message, visit).await?))
}

/// Whether what a message about a visit asks for is there already, or the driver it speaks to is not asked any more.
async fn settled(tx: &mut Tx, message: &Message, visit: &Appointment) -> Result<bool, ActionError> {
    match message.stage {
        Stage::DriverReleased => {
            let current = tx.current_drive(visit.id).await?.map(|drive| drive.driver_id);
            Ok(current.is_some() && current == message.driver_id)
        }
        Stage::DriverDeclined => Ok(tx.current_drive(visit.id).await?.is_some()),
        Stage::Intention => Ok(tx.intention(visit.id).await?.is_some()),
        Stage::MoodCheckIn => told_mood(tx, message).await,
        _ => {
            let Some(driver) = message.driver_id else { return Ok(false) };
            let drives = tx.drives_by(driver).await?;
            let asked = |drive: &Drive| drive.status.is_current() && drive.appointment_id == visit.id;
            Ok(!drives.iter().any(asked))
        }
    }
}

/// Whether the patient told their mood a short while ago.
async fn told_mood(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    let since = tx.now() - TimeDelta::hours(MOOD_TOLD_HOURS);
    let last = tx.last_mood_score(message.patient_id, ScoreSource::Link).await?;
    Ok(last.is_some_and(|last| last.taken_at > since))
}

/// Whether the patient answered the nine questions a short while ago.
async fn told_phq9(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    let since = tx.now() - TimeDelta::days(PHQ9_TOLD_DAYS);
    let last = tx.last_phq9(message.patient_id).await?;
    Ok(last.is_some_and(|last| last.taken_at > since))
}

/// Whether a message about an intake has nothing to say any more: the form is back or nobody waits for it, or the words it
/// points at were taken back.
async fn intake_stale(tx: &mut Tx, message: &Message) -> Result<Option<MessageStatus>, ActionError> {
    if !message.stage.is_about_intake() {
        return Ok(None);
    }
    let intake = match message.intake() {
        Some(id) => tx.intake(id).await?,
        None => None,
    };
    let stands = intake.is_some_and(|intake| match message.stage {
        Stage::IntakeWords => !intake.words.is_empty(),
        _ => intake.state.is_with_patient(),
    });
    Ok((!stands).then_some(MessageStatus::NotNeeded))
}

/// Whether an estimate was read already, or its course is off.
async fn estimate_is_settled(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    let id = message.details.get("estimate").and_then(|id| id.as_str());
    let Some(id) = id.and_then(|id| id.parse::<EstimateId>().ok()) else { return Ok(true) };
    let Some(estimate) = tx.estimate(id, message.patient_id).await? else { return Ok(true) };
    let Some(series) = estimate.series_id else { return Ok(estimate.acknowledged_at.is_some()) };
    let runs = tx
        .series(series)
        .await?
        .is_some_and(|series| matches!(series.status, SeriesStatus::Held | SeriesStatus::Active));
    Ok(estimate.acknowledged_at.is_some() || !runs)
}

/// Whether nobody has to talk about a decision that ends: another one stands, no treatment is behind or ahead, or the patient is not
/// called back any more.
async fn talk_is_settled(tx: &mut Tx, message: &Message) -> Result<bool, ActionError> {
    let told = message.details.get("decision").and_then(|id| id.as_str());
    let Some(decision) = tx.decision_of(message.patient_id).await? else { return Ok(true) };
    if told != Some(decision.id.to_string().as_str()) {
        return Ok(true);
    }
    let own = tx.recall_settings(message.patient_id).await?;
    let stopped = own.is_some_and(|own| own.stopped_at.is_some());
    let visits = tx.appointments_of(message.patient_id).await?;
    let treated = visits.iter().any(|visit| {
        visit.is_treatment() && (visit.status.is_ahead() || visit.status == AppointmentStatus::Fulfilled)
    });
    Ok(stopped || !treated)
}

/// The visits of a question to a driver that still ask for this driver.
async fn asked_visits(tx: &mut Tx, message: &Message) -> Result<Vec<Appointment>, ActionError> {
    let Some(driver) = message.driver_id else { return Ok(Vec::new()) };
    let current: Vec<AppointmentId> = tx
        .drives_by(driver)
        .await?
        .into_iter()
        .filter(|drive| drive.status.is_current() && message.speaks_of(drive.appointment_id))
        .map(|drive| drive.appointment_id)
        .collect();
    let visits = tx.appointments_by_ids(&current).await?.into_values();
    let now = tx.now();
    let is_coming = |visit: &Appointment| visit.status == AppointmentStatus::Booked && visit.starts_at > now;
    Ok(visits.filter(|visit| is_coming(visit) || visit.status.is_here()).collect())
}

/// The visits a message lists that still take place and for which nobody is named to drive.
async fn undriven_visits(tx: &mut Tx, message: &Message) -> Result<Vec<Appointment>, ActionError> {
    let listed = message.details.get("visits").and_then(|list| list.as_array()).cloned().unwrap_or_default();
    let ids: Vec<AppointmentId> =
        listed.iter().filter_map(|id| id.as_str()).filter_map(|id| id.parse().ok()).collect();
    let now = tx.now();
    let mut left = Vec::new();
    for visit in tx.appointments_by_ids(&ids).await?.into_values() {
        let ahead = visit.status == AppointmentStatus::Booked && visit.starts_at > now;
        if ahead && tx.current_drive(visit.id).await?.is_none() {
            left.push(visit);
        }
    }
    Ok(left)
}

/// The driver a message goes to, or the one it speaks of.
async fn reader_or_subject(
    tx: &mut Tx,
    message: &Message,
    current: Option<DriverId>,
) -> Result<Option<Driver>, ActionError> {
    let named = message.details.get("driver").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    match message.driver_id.or(named).or(current) {
        Some(id) => Ok(tx.driver(id).await?),
        None => Ok(None),
    }
}

/// The visits a message is about, by start.
async fn visits_for(
    tx: &mut Tx,
    message: &Message,
    visit: Option<&Appointment>,
) -> Result<Vec<Appointment>, ActionError> {
    let mut ids: Vec<AppointmentId> = Vec::new();
    let listed =
        |name: &str| message.details.get(name).and_then(|list| list.as_array()).cloned().unwrap_or_default();
    for entry in listed("moved") {
        ids.extend(
            entry
                .get("appointment")
                .and_then(|id| id.as_str())
                .and_then(|id| id.parse::<AppointmentId>().ok()),
        );
    }
    for entry in listed("cancelled").into_iter().chain(listed("visits")) {
        ids.extend(entry.as_str().and_then(|id| id.parse::<AppointmentId>().ok()));
    }
    let mut visits: Vec<Appointment> = if message.stage == Stage::FreshLink {
        let (all, now) = (tx.appointments_of(message.patient_id).await?, tx.now());
        all.into_iter().filter(|visit| visit.status.is_ahead() && visit.ends_at > now).collect()
    } else if let (Stage::DriverFreshLink, Some(driver)) = (message.stage, message.driver_id) {
        links::coming_drives(tx, driver).await?
    } else if message.stage == Stage::DriverAsked && visit.is_none() {
        asked_visits(tx, message).await?
    } else if message.stage == Stage::DriverDeclined && visit.is_none() {
        undriven_visits(tx, message).await?
    } else if !ids.is_empty() {
        tx.appointments_by_ids(&ids).await?.into_values().collect()
    } else if let Some(visit) = visit {
        vec![visit.clone()]
    } else if let Some(series) = message.series_id {
        let gone = listed("gone");
        let is_gone = |id: AppointmentId| gone.iter().any(|one| one.as_str() == Some(&id.to_string()));
        let all = tx.appointments_in(series).await?.into_iter();
        all.filter(|visit| visit.status.is_ahead() || is_gone(visit.id)).collect()
    } else {
        Vec::new()
    };
    visits.sort_by_key(|visit| (visit.starts_at, visit.id));
    visits.dedup_by_key(|visit| visit.id);
    Ok(visits)
}

fn link_end(
    now: DateTime<Utc>,
    message: &Message,
    visit: Option<&Appointment>,
    visits: &[Appointment],
) -> DateTime<Utc> {
    let last =
        visits.iter().map(|visit| visit.ends_at).max().or(visit.map(|visit| visit.ends_at)).unwrap_or(now);
    let after = match message.driver_id {
        Some(_) => TimeDelta::hours(DRIVER_LINK_HOURS),
        None if message.intake().is_some() => TimeDelta::days(INTAKE_LINK_DAYS),
        None => TimeDelta::days(PATIENT_LINK_DAYS),
    };
    let end = last.max(now) + after;
    // Who is called back may choose a time for as long as the call is of use.
    if message.stage.is_recall() { end.max(message.useful_until) } else { end }
}

fn link(
    message: &Message,
    visit: Option<&Appointment>,
    token: &str,
    expires_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
) -> Link {
    Link {
        id: LinkId::new(),
        token_hash: token::hash(token).unwrap_or_default(),
        purpose: if message.driver_id.is_some() { "driver" } else { "patient" }.to_owned(),
        patient_id: message.patient_id,
        series_id: message.series_id.or_else(|| replaced_series(message)),
        appointment_id: visit.map(|visit| visit.id),
        appointment_version: visit.map(|visit| visit.version),
        visit_starts_at: visit.map(|visit| visit.starts_at),
        driver_id: message.driver_id,
        expires_at,
        revoked_at: None,
        created_at,
    }
}

/// The course that a fresh link shows: that of the link it replaces.
fn replaced_series(message: &Message) -> Option<SeriesId> {
    message.details.get("series")?.as_str()?.parse().ok()
}

fn envelope(site: &Site, from: &str, to: &str, message: &Message) -> Envelope {
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let about = message
        .appointment_id
        .map(|id| id.0)
        .or(message.series_id.map(|id| id.0))
        .or(message.intake().map(|id| id.0));
    Envelope {
        from: (site.name.clone(), from.to_owned()),
        reply_to: site.email.clone(),
        to: to.to_owned(),
        message_id: format!("{}@{domain}", message.message_id),
        references: about.map(|id| format!("{id}@{domain}")),
        unsubscribe: None,
        sender: None,
    }
}

/// What the outbox keeps: the letter with its link masked, because whoever holds the link can act. The
/// demo's visitor plays the patient too, so there the link stays.
fn sent_copy(to: &str, rendered: &Rendered, secret: Option<&str>) -> SentCopy {
    let masked = |text: &str| secret.map_or_else(|| text.to_owned(), |token| text.replace(token, "…"));
    SentCopy {
        to: to.to_owned(),
        subject: rendered.subject.clone(),
        text: masked(&rendered.text),
        html: masked(&rendered.html),
        calendar: rendered.calendar.as_ref().map(|calendar| masked(&calendar.parts.join("\r\n"))),
    }
}

/// Who a message is about, for worklist lines.
pub(super) async fn subject_of(
    tx: &mut Tx,
    message: &Message,
) -> Result<(Option<Patient>, Option<Appointment>), ActionError> {
    let patient = tx.patient(message.patient_id).await?;
    let visit = match message.appointment_id {
        Some(id) => tx.appointment(id).await?,
        None => None,
    };
    Ok((patient, visit))
}
