//! A visit's intention and the notes on it and on the patient's other visits, for coach and clinician only.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::{Desk, DeskForm, visit};
use crate::actions::ActionError;
use crate::actions::integration::add_note;
use crate::domain::ids::AppointmentId;
use crate::domain::integration::{MAX_NOTE, Question};
use crate::domain::patients::chart_name;
use crate::store::integration::{Intention, SessionNote};
use crate::web::kit::{
    Fields, Nav, PageError, PageResult, Shell, idempotency, page_with_status, redirect, redirect_with_flash,
};
use crate::words::Words;
use crate::words::format::Format;

/// How many earlier intentions, and notes on other visits, are shown.
const EARLIER: usize = 30;

/// An intention: questions with their answers.
struct IntentionView {
    day: String,
    changed: String,
    answers: Vec<(String, String)>,
}

/// A note with who wrote it and when.
struct NoteView {
    by: String,
    /// "visit of Tue, Dec 1"; empty on the visit's own page.
    on: String,
    body: String,
}

#[derive(Template)]
#[template(path = "pages/visit_notes.html")]
struct NotesPage {
    shell: Shell,
    fields: Fields,
    id: String,
    key: String,
    what: String,
    takes_intention: bool,
    intention: Option<IntentionView>,
    earlier: Vec<IntentionView>,
    here: Vec<NoteView>,
    elsewhere: Vec<NoteView>,
}

/// GET `/appointments/{id}/notes`
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn show(desk: Desk, Path(id): Path<String>) -> PageResult {
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    render(&desk, id, Fields::new(), StatusCode::OK).await
}

/// POST `/appointments/{id}/notes`: adds a note.
///
/// # Errors
/// [`PageError::NotFound`] when there is no such visit here.
pub async fn add(Path(id): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    let Some(body) = fields.text("note", MAX_NOTE, &w.t("notes-enter")) else {
        return render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let path = format!("/appointments/{id}/notes");
    let key = idempotency::read(&fields).unwrap_or_else(idempotency::new_key);
    let mut tx = desk.write().await?;
    if let Some(done) = tx.claim_key("session-note", &key, &path).await? {
        return Ok(redirect(&done));
    }
    match add_note(&mut tx, &desk.actor(), &desk.site, id, &body).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with_flash(&path, &w.t("notes-saved"), None))
        }
        Err(ActionError::Refused(key)) => {
            drop(tx);
            fields.fail("note", w.t(key));
            render(&desk, id, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn render(desk: &Desk, id: AppointmentId, fields: Fields, status: StatusCode) -> PageResult {
    let (w, f) = (desk.w(), desk.f());
    let mut tx = desk.read().await?;
    let (visit, patient) = visit::load(&mut tx, desk, id).await?;
    let intentions = tx.intentions_of(patient.id).await?;
    let notes = tx.session_notes_of(patient.id).await?;
    let title = w.f("notes-title", [("name", chart_name(&patient.sort_name).as_str())]);
    let mut shell = desk.shell(&mut tx, Nav::Today, title).await?.refused(!fields.is_ok());
    shell.here = format!("/appointments/{id}/notes");
    drop(tx);
    let (here, elsewhere): (Vec<&SessionNote>, Vec<&SessionNote>) =
        notes.iter().partition(|note| note.appointment_id == id);
    let (own, earlier): (Vec<&Intention>, Vec<&Intention>) =
        intentions.iter().partition(|set| set.appointment_id == id);
    let (service, when) = (visit.name.as_str(), f.when(visit.starts_at));
    let page = NotesPage {
        shell,
        id: id.to_string(),
        key: idempotency::read(&fields).unwrap_or_else(idempotency::new_key),
        what: w.f("appointment-cancel-what", [("service", service), ("when", when.as_str())]),
        takes_intention: visit.is_treatment(),
        intention: own.first().map(|set| intention_view(w, f, set)),
        earlier: earlier.into_iter().take(EARLIER).map(|set| intention_view(w, f, set)).collect(),
        here: here.into_iter().map(|note| note_view(w, f, note, false)).collect(),
        elsewhere: elsewhere.into_iter().take(EARLIER).map(|note| note_view(w, f, note, true)).collect(),
        fields,
    };
    page_with_status(status, &page)
}

fn intention_view(w: Words, f: Format, set: &Intention) -> IntentionView {
    let asked = Question::ALL.iter().map(|question| (w.t(question.word_key()), set.answer(*question)));
    IntentionView {
        day: f.day(f.date_of(set.starts_at)),
        changed: w.f("notes-intention-set", [("when", f.when(set.updated_at).as_str())]),
        answers: asked
            .chain([(w.t("intention-music"), set.music.as_str())])
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(question, answer)| (question, answer.to_owned()))
            .collect(),
    }
}

fn note_view(w: Words, f: Format, note: &SessionNote, elsewhere: bool) -> NoteView {
    let (when, day) = (f.when(note.created_at), f.day(f.date_of(note.starts_at)));
    NoteView {
        by: w.f("notes-by", [("name", note.author.as_str()), ("when", when.as_str())]),
        on: if elsewhere { w.f("notes-on", [("day", day.as_str())]) } else { String::new() },
        body: note.body.clone(),
    }
}
