//! One page of the intake form: a tight group of questions, kept as typed; only answers of a wrong shape are asked again.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

use super::LinkVisitor;
use super::extract::{PatientForm, PatientLink};
use super::intake::{again, form, intake_of};
use crate::actions::ActionError;
use crate::actions::intake_answers::save_section;
use crate::domain::intake_form::{BIRTH_PARTS, Field, FieldKind, Section, YES};
use crate::domain::patients::ContactPreference;
use crate::web::kit::answers::answer;
use crate::web::kit::{Fields, PageError, PageResult, Shell, page_with_status, redirect};
use crate::words::Words;

/// A part of a date.
struct PartView {
    name: String,
    label: String,
    autocomplete: &'static str,
}

/// A field as the template draws it.
struct FieldView {
    name: String,
    label: String,
    hint: String,
    kind: &'static str,
    autocomplete: &'static str,
    is_lines: bool,
    is_choice: bool,
    is_tick: bool,
    is_birth: bool,
    options: Vec<(String, String)>,
    parts: Vec<PartView>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/visit_intake_section.html")]
struct SectionPage {
    shell: Shell,
    fields: Fields,
    action: String,
    back: String,
    step: String,
    why: String,
    form: Vec<FieldView>,
}

/// GET: the page with what is kept.
///
/// # Errors
/// [`PageError::NotFound`] for a link that opens no form and a page there is not.
pub async fn show(
    PatientLink(visitor): PatientLink,
    Path((_, number)): Path<(String, String)>,
) -> PageResult {
    let section = Section::of_number(&number).ok_or(PageError::NotFound)?;
    let mut tx = visitor.read().await?;
    let intake = intake_of(&visitor, &mut tx).await?;
    let answers = tx.intake_answers(intake.id).await?;
    drop(tx);
    // Once the form is back its pages lead to the thanks.
    if !intake.state.is_with_patient() {
        return Ok(redirect(&form(&visitor)));
    }
    let mut fields = Fields::new();
    for name in section.names() {
        fields.set(name, answer(&answers, section, name));
    }
    render(&visitor, section, fields, StatusCode::OK).await
}

/// POST: keeps the page and goes on to the next.
///
/// # Errors
/// [`PageError::NotFound`] for a link that opens no form and a page there is not.
pub async fn save(Path((_, number)): Path<(String, String)>, form_sent: PatientForm) -> PageResult {
    let PatientForm { visitor, mut fields } = form_sent;
    let section = Section::of_number(&number).ok_or(PageError::NotFound)?;
    let w = visitor.w();
    let mut tx = visitor.write().await?;
    let intake = intake_of(&visitor, &mut tx).await?;
    if !intake.state.is_with_patient() {
        return Ok(redirect(&form(&visitor)));
    }
    let faults = section.faults(|name| fields.get(name), visitor.f().today());
    if !faults.is_empty() {
        drop(tx);
        for (name, key) in faults {
            fields.fail(name, w.t(key));
        }
        return render(&visitor, section, fields, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let typed: Vec<(&str, &str)> = section.names().into_iter().map(|name| (name, fields.get(name))).collect();
    match save_section(&mut tx, &visitor.actor(), &intake, section, &typed).await {
        Ok(()) => tx.commit().await?,
        Err(ActionError::Changed) => {
            drop(tx);
            // Two presses at one moment: what was typed is still there, and the second press keeps it.
            let first = section.fields().first().map_or("", |field| field.name);
            fields.fail(first, w.t("intake-saved-elsewhere"));
            return render(&visitor, section, fields, StatusCode::CONFLICT).await;
        }
        Err(ActionError::Refused(key)) => {
            drop(tx);
            return again(&visitor, w.t(key)).await;
        }
        Err(other) => return Err(other.into()),
    }
    let base = form(&visitor);
    let next = section.next().map_or_else(|| "check".to_owned(), |next| next.number().to_string());
    Ok(redirect(&format!("{base}/{next}")))
}

async fn render(visitor: &LinkVisitor, section: Section, fields: Fields, status: StatusCode) -> PageResult {
    let w = visitor.w();
    let (number, count) = (section.number().to_string(), Section::ALL.len().to_string());
    let base = form(visitor);
    let shell = visitor.shell(w.t(section.word_key())).await;
    let shown = SectionPage {
        shell: shell.refused(!fields.is_ok()),
        action: format!("{base}/{number}"),
        step: w.f("intake-step", [("number", number.as_str()), ("count", count.as_str())]),
        back: base,
        why: if section.why().is_empty() { String::new() } else { w.t(section.why()) },
        form: section.fields().iter().map(|field| view(w, section, field)).collect(),
        fields,
    };
    page_with_status(status, &shown)
}

fn view(w: Words, section: Section, field: &Field) -> FieldView {
    let labels = ["intake-birth-month", "intake-birth-day", "intake-birth-year"].map(|key| w.t(key));
    let own = section == Section::Reach;
    FieldView {
        name: field.name.to_owned(),
        label: w.t(field.label),
        hint: if field.hint.is_empty() { String::new() } else { w.t(field.hint) },
        kind: match field.kind {
            FieldKind::Phone => "tel",
            FieldKind::Email => "email",
            _ => "text",
        },
        autocomplete: match field.kind {
            FieldKind::Phone if own => "tel",
            FieldKind::Email if own => "email",
            _ => "off",
        },
        is_lines: field.kind == FieldKind::Lines,
        is_choice: matches!(field.kind, FieldKind::Way | FieldKind::YesNo),
        is_tick: field.kind == FieldKind::Tick,
        is_birth: field.kind == FieldKind::Birth,
        options: match field.kind {
            FieldKind::Way => {
                ContactPreference::ALL.iter().map(|way| (way.to_string(), w.t(way.word_key()))).collect()
            }
            FieldKind::YesNo => {
                vec![(YES.to_owned(), w.t("intake-yes")), ("no".to_owned(), w.t("intake-no"))]
            }
            _ => Vec::new(),
        },
        parts: BIRTH_PARTS
            .into_iter()
            .zip(labels)
            .zip(["bday-month", "bday-day", "bday-year"])
            .filter(|_| field.kind == FieldKind::Birth)
            .map(|((name, label), autocomplete)| PartView { name: name.to_owned(), label, autocomplete })
            .collect(),
    }
}
