//! /settings/wording/{stage}: the clinic's own words in one message, seen before they are saved, and the way back to the default.

use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};

use super::refuse;
use crate::actions::wordings::{save_wording, wording_faults};
use crate::domain::messages::Stage;
use crate::domain::wording::{
    MAX_PARAGRAPHS, Placeholder, WordingFault, WordingPart, is_about_driver, placeholders, rules,
};
use crate::mail::Rendered;
use crate::mail::sample::sample_letter;
use crate::store::wordings::Wording;
use crate::web::desk::preview::{PreviewBody, sandboxed};
use crate::web::desk::{Desk, DeskForm};
use crate::web::kit::{Fields, Nav, PageError, PageResult, Shell, page_with_status, redirect_with_flash};
use crate::words::Words;

/// Where saving leads.
const LIST: &str = "/settings/wording";
/// Says in the address of the HTML that the texts there are a draft.
const DRAFT: &str = "draft";

/// A part that may be written.
struct PartView {
    name: String,
    label: String,
    hint: String,
    /// Whether it is one line.
    is_line: bool,
}

#[derive(Template)]
#[template(path = "pages/settings_wording.html")]
struct WordingPage {
    shell: Shell,
    fields: Fields,
    action: String,
    parts: Vec<PartView>,
    /// Each as it is written, and what it stands for.
    placeholders: Vec<(String, String)>,
    /// Who reads our words all the same.
    except: Option<String>,
    is_own: bool,
    looks: String,
    body: Option<PreviewBody>,
}

/// GET: the form with what is in force, and what it looks like.
///
/// # Errors
/// When there is no such message.
pub async fn show(desk: Desk, Path(stage): Path<String>) -> PageResult {
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let own = desk.read().await?.wordings_of(desk.site.id, stage).await?;
    let mut fields = Fields::new();
    for one in own {
        fields.set(one.part.as_str(), one.text);
    }
    render(&desk, stage, fields, StatusCode::OK, false).await
}

/// POST: saves (`act=save`), shows (`act=preview`), or goes back to the default (`act=default`).
///
/// # Errors
/// When there is no such message.
pub async fn save(Path(stage): Path<String>, form: DeskForm) -> PageResult {
    let DeskForm { desk, mut fields } = form;
    let w = desk.w();
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let is_default = fields.get("act") == "default";
    let texts: Vec<(WordingPart, String)> = editable(stage)
        .map(|part| (part, if is_default { String::new() } else { fields.get(part.as_str()).to_owned() }))
        .collect();
    for (part, text) in &texts {
        let faults = wording_faults(stage, *part, text);
        if !faults.is_empty() {
            let lines: Vec<String> = faults.iter().map(|fault| fault_words(w, fault)).collect();
            fields.fail(part.as_str(), lines.join("; "));
        }
    }
    if !fields.is_ok() {
        return render(&desk, stage, fields, StatusCode::UNPROCESSABLE_ENTITY, false).await;
    }
    if fields.get("act") == "preview" {
        return render(&desk, stage, fields, StatusCode::OK, true).await;
    }
    let mut tx = desk.write().await?;
    match save_wording(&mut tx, &desk.actor(), &desk.site, stage, &texts).await {
        Ok(()) => {
            tx.commit().await?;
            let key = if is_default { "wording-back" } else { "wording-saved" };
            let said = w.f(key, [("message", w.t(stage.word_key()).as_str())]);
            Ok(redirect_with_flash(LIST, &said, None))
        }
        Err(error) => {
            drop(tx);
            refuse(w, &mut fields, WordingPart::Subject.as_str(), error)?;
            render(&desk, stage, fields, StatusCode::UNPROCESSABLE_ENTITY, false).await
        }
    }
}

/// GET: the message's HTML for the sandbox of the page: what is in force, or with `draft` the texts of the address.
///
/// # Errors
/// When there is no such message, or something is wrong with a draft.
pub async fn html(desk: Desk, Path(stage): Path<String>, uri: Uri) -> PageResult {
    let stage = Stage::parse(&stage).ok_or(PageError::NotFound)?;
    let query = Fields::from_query(&uri);
    let own = if query.has(DRAFT) {
        let own = draft(&desk, stage, &query);
        if own.iter().any(|one| !wording_faults(stage, one.part, &one.text).is_empty()) {
            return Err(PageError::NotFound);
        }
        own
    } else {
        desk.read().await?.wordings_of(desk.site.id, stage).await?
    };
    letter(&desk, stage, &own).map(|letter| sandboxed(letter.html)).ok_or(PageError::NotFound)
}

/// The parts of a message that may be written.
fn editable(stage: Stage) -> impl Iterator<Item = WordingPart> {
    WordingPart::ALL.iter().copied().filter(move |part| rules(stage, *part).is_some())
}

/// What was typed, as if it were saved.
fn draft(desk: &Desk, stage: Stage, fields: &Fields) -> Vec<Wording> {
    editable(stage)
        .map(|part| Wording {
            site_id: desk.site.id,
            stage,
            part,
            text: fields.get(part.as_str()).to_owned(),
            updated_at: desk.now(),
            updated_by: desk.staff.full_name.clone(),
        })
        .filter(|one| !one.text.is_empty())
        .collect()
}

fn letter(desk: &Desk, stage: Stage, own: &[Wording]) -> Option<Rendered> {
    sample_letter(desk.w(), &desk.site, stage, &desk.app.config.base_url, desk.now(), own).ok()
}

/// The HTML's address, with the texts if they are a draft.
fn html_src(stage: Stage, draft: &[Wording], is_draft: bool) -> String {
    let path = format!("{LIST}/{stage}/html");
    if !is_draft {
        return path;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(DRAFT, "1");
    for one in draft {
        query.append_pair(one.part.as_str(), &one.text);
    }
    format!("{path}?{}", query.finish())
}

/// One reason against a text.
fn fault_words(w: Words, fault: &WordingFault) -> String {
    match fault {
        WordingFault::Fixed => w.t("wording-fault-fixed"),
        WordingFault::Long(most) => w.f("wording-fault-long", [("most", most.to_string().as_str())]),
        WordingFault::Paragraphs(most) => {
            w.f("wording-fault-paragraphs", [("most", most.to_string().as_str())])
        }
        WordingFault::Control => w.t("wording-fault-control"),
        WordingFault::Brace => w.t("wording-fault-brace"),
        WordingFault::Unknown(field) => w.f("wording-fault-unknown", [("field", field.as_str())]),
        WordingFault::Missing(field) => w.f("wording-fault-missing", [("field", field.written().as_str())]),
        WordingFault::Forbidden(word) => w.f("wording-fault-forbidden", [("word", *word)]),
        WordingFault::Link => w.t("wording-fault-link"),
    }
}

fn part_view(w: Words, stage: Stage, part: WordingPart, default: Option<&Rendered>) -> PartView {
    let is_line = part == WordingPart::Subject;
    let usual = match (part, default) {
        (WordingPart::Subject, Some(letter)) => Some(letter.subject.as_str()),
        // The first line of the default is what the opening would replace.
        (WordingPart::Opening, Some(letter)) => Some(letter.letter.preheader.as_str()),
        _ => None,
    };
    let mut hint = match usual {
        // The hint sets its own period after the quotation mark.
        Some(text) => w.f("wording-usual", [("text", text.trim_end_matches('.'))]),
        None => w.t("wording-nothing"),
    };
    let needed: Vec<String> = rules(stage, part)
        .map(|rules| rules.required.iter().map(|field| field.written()).collect())
        .unwrap_or_default();
    if !needed.is_empty() {
        hint = format!("{hint} {}", w.f("wording-needs", [("fields", needed.join(", ").as_str())]));
    }
    if !is_line {
        let most = MAX_PARAGRAPHS.to_string();
        hint = format!("{hint} {}", w.f("wording-lines", [("most", most.as_str())]));
    }
    PartView { name: part.to_string(), label: w.t(part.word_key()), hint, is_line }
}

async fn render(desk: &Desk, stage: Stage, fields: Fields, status: StatusCode, is_draft: bool) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let own = tx.wordings_of(desk.site.id, stage).await?;
    let title = w.f("wording-title", [("message", w.t(stage.word_key()).as_str())]);
    let shell = desk.shell(&mut tx, Nav::Settings, title).await?.refused(!fields.is_ok());
    drop(tx);
    let default = letter(desk, stage, &[]);
    let shown = if is_draft { draft(desk, stage, &fields) } else { own.clone() };
    let page = WordingPage {
        shell,
        action: format!("{LIST}/{stage}"),
        parts: editable(stage).map(|part| part_view(w, stage, part, default.as_ref())).collect(),
        placeholders: placeholders(stage)
            .into_iter()
            .map(|field: Placeholder| (field.written(), w.t(field.word_key())))
            .collect(),
        except: is_about_driver(stage).then(|| w.t("wording-not-at-home")),
        is_own: !own.is_empty(),
        looks: w.t(if is_draft { "wording-looks-draft" } else { "wording-looks" }),
        body: letter(desk, stage, &shown).map(|letter| PreviewBody {
            subject: letter.subject,
            text: letter.text,
            html_src: html_src(stage, &shown, is_draft),
        }),
        fields,
    };
    page_with_status(status, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_words_an_owner_may_write_and_each_part_says_what_it_replaces() {
        let w = Words::default();
        for stage in Stage::ALL {
            let parts: Vec<WordingPart> = editable(*stage).collect();
            assert!(parts.contains(&WordingPart::Closing), "{stage}");
            for part in parts {
                assert!(part_view(w, *stage, part, None).hint.contains(&w.t("wording-nothing")), "{stage}");
            }
        }
    }

    #[test]
    fn every_reason_has_words_of_its_own() {
        let faults = [
            WordingFault::Fixed,
            WordingFault::Long(60),
            WordingFault::Paragraphs(4),
            WordingFault::Control,
            WordingFault::Brace,
            WordingFault::Unknown("{x}".to_owned()),
            WordingFault::Missing(Placeholder::Day),
            WordingFault::Forbidden("pain"),
            WordingFault::Link,
        ];
        let words: std::collections::BTreeSet<String> =
            faults.iter().map(|fault| fault_words(Words::default(), fault)).collect();
        assert_eq!(words.len(), faults.len());
        assert!(words.iter().all(|line| !line.contains('«')));
    }
}
