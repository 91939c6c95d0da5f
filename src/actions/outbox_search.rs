//! Look through the outbox: by state, person, words, stage and day, page by page, never through more than a bounded part at once.

use chrono::{DateTime, Utc};

use super::ActionError;
use crate::domain::ids::{PatientId, SiteId};
use crate::domain::messages::{MessageStatus, Stage};
use crate::domain::patients::search_form;
use crate::store::Tx;
use crate::store::messages::Message;
use crate::store::outbox::{Place, Wanted};

/// People whose messages one search looks through.
const MOST_PEOPLE: i64 = 20;

/// What somebody looks for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// In any of these states.
    pub statuses: &'a [MessageStatus],
    /// About this patient.
    pub patient: Option<PatientId>,
    /// Words: of a patient's or driver's name or address, else of a subject.
    pub typed: &'a str,
    /// About this.
    pub stage: Option<Stage>,
    /// Due from then on.
    pub from: DateTime<Utc>,
    /// Due by then.
    pub until: DateTime<Utc>,
    /// Behind this place.
    pub after: Option<Place>,
    /// Soonest first, else newest first.
    pub soonest_first: bool,
}

/// A page of what was found.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// Where the next page begins, if there may be more.
    pub next: Option<Place>,
    /// Whether the page ended because enough was looked through, not because enough was found.
    pub is_cut: bool,
    /// Whether the words belong to nobody and were looked for in subjects.
    pub by_subject: bool,
}

/// Looks.
///
/// # Errors
/// When the store fails.
pub async fn search(
    tx: &mut Tx,
    site: SiteId,
    search: &Search<'_>,
    limit: usize,
) -> Result<Listed, ActionError> {
    let (people, subject) = readers(tx, site, search).await?;
    let narrows = search.stage.is_some() || subject.is_some();
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut places: Vec<Place> = Vec::new();
    let mut cut: Option<Place> = None;
    for status in search.statuses {
        let wanted = Wanted {
            site,
            status: *status,
            people: people.as_deref(),
            stage: search.stage,
            subject: subject.as_deref(),
            from: search.from,
            until: search.until,
            after: search.after,
            soonest_first: search.soonest_first,
        };
        let found = tx.find_messages(&wanted, one_more).await?;
        if narrows && found.len() <= limit {
            let end = tx.end_of_window(&wanted).await?;
            cut = nearer(cut, end, search.soonest_first);
        }
        places.extend(found);
    }
    places.sort_unstable();
    if !search.soonest_first {
        places.reverse();
    }
    if let Some(cut) = cut {
        // Behind it some state was not looked through.
        places.retain(|place| if search.soonest_first { *place <= cut } else { *place >= cut });
    }
    let is_full = places.len() > limit;
    places.truncate(limit);
    let next = if is_full { places.last().copied() } else { cut };
    let ids: Vec<_> = places.iter().map(|place| place.id).collect();
    let mut rows = tx.messages_by_ids(&ids).await?;
    Ok(Listed {
        messages: ids.iter().filter_map(|id| rows.remove(id)).collect(),
        next,
        is_cut: !is_full && cut.is_some(),
        by_subject: subject.is_some() && search.patient.is_none(),
    })
}

/// The nearer of two places at which looking stopped.
fn nearer(one: Option<Place>, other: Option<Place>, soonest_first: bool) -> Option<Place> {
    match (one, other) {
        (Some(one), Some(other)) if soonest_first => Some(one.min(other)),
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

/// Whose messages to look through, and the pattern of a subject: the words are those of a person if anybody has them.
async fn readers(
    tx: &mut Tx,
    site: SiteId,
    search: &Search<'_>,
) -> Result<(Option<Vec<PatientId>>, Option<String>), ActionError> {
    let words = search_form(search.typed);
    let subject = || Some(format!("%{}%", words.replace(' ', "%"))).filter(|_| !words.is_empty());
    if let Some(patient) = search.patient {
        return Ok((Some(vec![patient]), subject()));
    }
    if words.is_empty() {
        return Ok((None, None));
    }
    let mut people: Vec<PatientId> =
        tx.find_patients(site, search.typed, MOST_PEOPLE).await?.into_iter().map(|one| one.id).collect();
    let plain: String = search.typed.to_lowercase().replace(['%', '\\'], " ");
    people.extend(tx.patients_driven_by(site, &format!("%{}%", plain.trim()), MOST_PEOPLE).await?);
    people.sort_unstable();
    people.dedup();
    if people.is_empty() { Ok((None, subject())) } else { Ok((Some(people), None)) }
}
