//! Sections of the chart from other areas, each short with a link to all of it: providers and consents, letters, estimates.

use super::chart::Link;
use super::chart_parts::Known;
use super::providers::{consent_words, letter_words};
use crate::actions::pathway::Pathway;
use crate::store::providers::ProviderLetter;
use crate::words::format::money;

/// Letters and estimates a chart shows.
const FEW: usize = 3;

/// An outside provider and the consent for them.
pub struct ProviderLine {
    /// Who.
    pub name: String,
    /// What they are to the patient.
    pub role: String,
    /// The consent that counts.
    pub consent: String,
    /// Whether it stands.
    pub stands: bool,
}

/// Every outside provider who is written to, with the consent that counts.
pub fn provider_lines(known: &Known, path: &Pathway) -> Vec<ProviderLine> {
    let (w, f) = (known.w, known.f);
    path.providers
        .iter()
        .filter(|provider| provider.retired_at.is_none())
        .map(|provider| {
            // The newest comes first, and counts.
            let consent = path.consents.iter().find(|one| one.provider_id == provider.id);
            let words = consent.map(|one| consent_words(w, f, one));
            ProviderLine {
                name: provider.name.clone(),
                role: provider.role.clone(),
                consent: words.unwrap_or_else(|| w.t("providers-consent-none")),
                stands: consent.is_some_and(|one| one.terms().stands_on(f.today())),
            }
        })
        .collect()
}

/// The last letters, each with its provider; they open only for those who may read them.
pub fn letter_lines(known: &Known, path: &Pathway, letters: &[ProviderLetter], may_read: bool) -> Vec<Link> {
    let (w, f) = (known.w, known.f);
    let few = letters.iter().take(FEW);
    few.map(|letter| {
        let provider = path.providers.iter().find(|one| one.id == letter.provider_id);
        let name = provider.map(|one| one.name.as_str()).unwrap_or_default();
        let state = letter_words(w, f, letter);
        let text = w.f("chart-letter", [("name", name), ("state", state.as_str())]);
        Link { text, path: if may_read { format!("/letters/{}", letter.id) } else { String::new() } }
    })
    .collect()
}

/// The last estimates in words.
pub fn estimate_lines(known: &Known, path: &Pathway) -> Vec<String> {
    let (w, f) = (known.w, known.f);
    let few = path.estimates.iter().take(FEW);
    few.map(|one| {
        let total = money(one.total_cents, &one.currency);
        let (key, at) = match one.acknowledged_at {
            Some(at) => ("estimate-state-read", at),
            None => ("estimate-state-sent", one.sent_at.unwrap_or(one.created_at)),
        };
        w.f(key, [("total", total.as_str()), ("when", f.when(at).as_str())])
    })
    .collect()
}
