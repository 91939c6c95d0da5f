//! Before a treatment: three short questions and music wishes, in the patient's own words; earlier ones stand above.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::patient::home;
use super::patient_view::takes_intention;
use crate::actions::ActionError;
use crate::actions::integration::{IntentionWords, set_intention};
use crate::domain::ids::AppointmentId;
use crate::domain::integration::{MAX_ANSWER, MAX_MUSIC, Question};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::integration::Intention;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};
use crate::words::Words;
use crate::words::format::Format;

/// The field of the music wish.
const MUSIC: &str = "music";
/// How many earlier intentions are shown.
const EARLIER: usize = 12;

/// A question of the form.
struct Asked {
    name: String,
    label: String,
}

/// What was set before an earlier treatment: questions with their answers.
struct Earlier {
    day: String,
    answers: Vec<(String, String)>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_intention.html")]
struct IntentionPage {
    shell: Shell,
    fields: Fields,
    path: String,
    action: String,
    day: String,
    /// Whether it can still be set or revisited.
    open: bool,
    questions: Vec<Asked>,
    /// What was set for this one, where it cannot be changed any more.
    kept: Vec<(String, String)>,
    earlier: Vec<Earlier>,
}

/// GET: the questions with what was set so far.
///
/// # Errors
/// [`PageError::NotFound`] for a visit that is not this patient's treatment.
pub async fn show(PatientLink(visitor): PatientLink, Path((_, id)): Path<(String, String)>) -> PageResult {
    let mut tx = visitor.read().await?;
    let visit = treatment(&visitor, &mut tx, &id).await?;
    let mut fields = Fields::new();
    if let Some(set) = tx.intention(visit.id).await? {
        for question in Question::ALL {
            fields.set(question.as_str(), set.answer(*question));
        }
        fields.set(MUSIC, set.music.as_str());
    }
    render(&visitor, tx, &visit, fields, StatusCode::OK).await
}

/// POST: keeps what was written, as it was written.
///
/// # Errors
/// [`PageError::NotFound`] for a visit that is not this patient's treatment.
pub async fn save(Path((_, id)): Path<(String, String)>, form: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form;
    let w = visitor.w();
    let mut tx = visitor.write().await?;
    let visit = treatment(&visitor, &mut tx, &id).await?;
    let words = read(&mut fields, w);
    let result = match words.filter(|_| fields.is_ok()) {
        Some(words) => set_intention(&mut tx, &visitor.actor(), visit.id, words).await,
        None => {
            drop(tx);
            let tx = visitor.read().await?;
            return render(&visitor, tx, &visit, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match result {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect(&format!("{}?done=intention", home(&visitor))))
        }
        Err(ActionError::Refused(key)) => {
            drop(tx);
            fields.fail(Question::Matters.as_str(), w.t(key));
            let tx = visitor.read().await?;
            render(&visitor, tx, &visit, fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The treatment of the address, if it is this patient's.
async fn treatment(visitor: &LinkVisitor, tx: &mut Tx, id: &str) -> Result<Appointment, PageError> {
    let id = id.parse::<AppointmentId>().map_err(|_| PageError::NotFound)?;
    let visit = tx.appointment(id).await?;
    visit
        .filter(|visit| visit.patient_id == visitor.link.patient_id && visit.is_treatment())
        .ok_or(PageError::NotFound)
}

/// What was written; messages stand at every field that is too long, and at the first one if all are empty.
fn read(fields: &mut Fields, w: Words) -> Option<IntentionWords> {
    let long = w.f("intention-answer-long", [("max", MAX_ANSWER.to_string().as_str())]);
    let mut answer =
        |question: Question| fields.optional_text(question.as_str(), MAX_ANSWER, &long).unwrap_or_default();
    let (matters, open_to, take_along) =
        (answer(Question::Matters), answer(Question::OpenTo), answer(Question::TakeAlong));
    let long = w.f("intention-answer-long", [("max", MAX_MUSIC.to_string().as_str())]);
    let music = fields.optional_text(MUSIC, MAX_MUSIC, &long).unwrap_or_default();
    let words = IntentionWords { matters, open_to, take_along, music };
    if fields.is_ok() && words == IntentionWords::default() {
        fields.fail(Question::Matters.as_str(), w.t("intention-empty"));
    }
    fields.is_ok().then_some(words)
}

/// Questions with what was answered; those left open are not shown.
fn answers(w: Words, set: &Intention) -> Vec<(String, String)> {
    let asked = Question::ALL.iter().map(|question| (w.t(question.word_key()), set.answer(*question)));
    asked
        .chain([(w.t("intention-music"), set.music.as_str())])
        .filter(|(_, answer)| !answer.is_empty())
        .map(|(question, answer)| (question, answer.to_owned()))
        .collect()
}

fn earlier(w: Words, f: Format, all: &[Intention], visit: &Appointment) -> Vec<Earlier> {
    all.iter()
        .filter(|set| set.appointment_id != visit.id)
        .take(EARLIER)
        .map(|set| Earlier { day: f.long_day(f.date_of(set.starts_at)), answers: answers(w, set) })
        .collect()
}

async fn render(
    visitor: &LinkVisitor,
    mut tx: Tx,
    visit: &Appointment,
    fields: Fields,
    status: StatusCode,
) -> PageResult {
    let (w, f) = (visitor.w(), visitor.f());
    let all = tx.intentions_of(visitor.link.patient_id).await?;
    drop(tx);
    let open = takes_intention(visit, visitor.now());
    let kept = all.iter().find(|set| set.appointment_id == visit.id && !open);
    let asked = |question: &Question| Asked { name: question.to_string(), label: w.t(question.word_key()) };
    let page = IntentionPage {
        shell: visitor.shell(w.t("intention-title")).await.refused(!fields.is_ok()),
        path: home(visitor),
        action: format!("{}/intention/{}", home(visitor), visit.id),
        day: f.long_day(f.date_of(visit.starts_at)),
        open,
        questions: Question::ALL.iter().map(asked).collect(),
        kept: kept.map(|set| answers(w, set)).unwrap_or_default(),
        earlier: earlier(w, f, &all, visit),
        fields,
    };
    page_with_status(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_form(typed: &str) -> (Option<IntentionWords>, Fields) {
        let mut fields = Fields::parse(typed.as_bytes());
        (read(&mut fields, Words::default()), fields)
    }

    #[test]
    fn one_answer_is_enough_and_none_is_asked_for() {
        let (words, _) = read_form("matters=&open_to=&take_along=&music=Rain");
        assert_eq!(words.map(|words| words.music), Some("Rain".to_owned()));
        let (words, fields) = read_form("matters=+&open_to=");
        assert!(words.is_none());
        assert!(fields.error("matters").is_some());
    }

    #[test]
    fn what_is_too_long_stays_in_its_field_with_a_message_there() {
        let long = "x".repeat(MAX_ANSWER + 1);
        let (words, fields) = read_form(&format!("open_to={long}&music={long}"));
        assert!(words.is_none());
        assert!(fields.error("open_to").is_some() && fields.error("music").is_some());
        assert_eq!(fields.get("open_to"), long);
    }
}
