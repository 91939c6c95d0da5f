//! The clinic's settings: one subject per page, all for owners only (`Permission::ManageSettings` in the route table).

pub mod absences;
pub mod clinic;
pub mod feeds;
pub mod index;
pub mod message_rule;
pub mod message_rule_form;
pub mod message_words;
pub mod messages;
pub mod phases;
pub mod protocol;
pub mod protocol_form;
pub mod protocols;
pub mod recall;
pub mod resource;
pub mod resource_new;
pub mod resources;
pub mod service;
pub mod services;
pub mod staff;
pub mod staff_form;
pub mod staff_new;
pub mod staff_one;
pub mod week;
pub mod wording;
pub mod wording_one;

use crate::actions::ActionError;
use crate::domain::services::Kind;
use crate::web::kit::{Fields, PageError};
use crate::words::Words;

/// Longest name of a service, a room, a protocol (characters).
pub const NAME_MAX: usize = 80;

/// A line of a list page: what it is, where it leads, what is in force.
pub struct ListRow {
    /// The page behind the name.
    pub href: String,
    /// The name.
    pub name: String,
    /// The other columns, already in words.
    pub cells: Vec<String>,
    /// Whether it is in use; what is not is shown quietly.
    pub active: bool,
}

/// A rule that an act ran into becomes a message at `field`.
///
/// # Errors
/// Any other failure ends the request.
pub fn refuse(w: Words, fields: &mut Fields, field: &str, error: ActionError) -> Result<(), PageError> {
    match error {
        ActionError::Refused(key) => {
            fields.fail(field, w.t(key));
            Ok(())
        }
        other => Err(other.into()),
    }
}

/// Kinds in words, as in "Clinician, Attendant".
pub fn kinds_in_words(w: Words, kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| w.t(kind.word_key())).collect::<Vec<_>>().join(", ")
}

/// Boxes for the kinds that people (or rooms) serve: value and words.
pub fn kind_choices(w: Words, rooms: bool) -> Vec<(String, String)> {
    Kind::ALL
        .iter()
        .filter(|kind| kind.is_room() == rooms)
        .map(|kind| (kind.as_str().to_owned(), w.t(kind.word_key())))
        .collect()
}

/// The kinds ticked in a group of boxes; a kind that does not belong there is dropped.
pub fn ticked_kinds(fields: &Fields, name: &str, rooms: bool) -> Vec<Kind> {
    let mut kinds: Vec<Kind> =
        fields.all(name).into_iter().filter_map(Kind::parse).filter(|kind| kind.is_room() == rooms).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_cannot_be_ticked_as_a_person() {
        let fields = Fields::parse(b"kinds=coach&kinds=talk_room&kinds=coach&kinds=wizard");
        assert_eq!(ticked_kinds(&fields, "kinds", false), [Kind::Coach]);
        assert_eq!(ticked_kinds(&fields, "kinds", true), [Kind::TalkRoom]);
    }
}
