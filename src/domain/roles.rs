//! Roles of staff and what each may do: one table, read by the routes and by the actions.

use serde::{Deserialize, Serialize};

use crate::text_enum;

text_enum! {
    /// What somebody does at the clinic (domain.md, "People").
    pub enum Role {
        /// Answers the phone, books, moves, checks in, discharges.
        FrontDesk = "front_desk", "role-front-desk";
        /// Decides candidacy, treats, may override a gate with a reason.
        Clinician = "clinician", "role-clinician";
        /// Stays in the room during recovery.
        Attendant = "attendant", "role-attendant";
        /// Integration coach.
        Coach = "coach", "role-coach";
        /// Owns the settings and the accounts.
        Owner = "owner", "role-owner";
    }
}

/// Something a route or an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See the desk's pages and the patients.
    SeeDesk,
    /// Add and change patients, book, move and cancel.
    Book,
    /// Check in, note the states of a visit, discharge.
    RunVisit,
    /// Decide whether treatment suits a patient.
    DecideCandidacy,
    /// Go on past a gate, with a written reason.
    OverrideGate,
    /// Record or waive the coach's check-in before discharge.
    RecordCoachCheckIn,
    /// See what tells of a patient's health: letters about change, and what the care team measures.
    SeeClinical,
    /// Read intentions, and read and write session notes: private to the patient, the coach and the clinician.
    ReadIntegration,
    /// Resend, stop and release messages.
    ManageMail,
    /// Staff, rooms, hours, services, protocols, prices.
    ManageSettings,
    /// See what patients say of themselves (mood, PHQ-9), enter it for them, import it.
    SeeScores,
    /// Review a PHQ-9 whose item 9 is above zero; see its line on the worklist.
    ReviewRisk,
}

impl Role {
    /// Whether this role carries the permission. Everything not listed is refused.
    pub fn allows(self, permission: Permission) -> bool {
        use Permission::{
            Book, DecideCandidacy, ManageMail, ManageSettings, OverrideGate, ReadIntegration,
            RecordCoachCheckIn, ReviewRisk, RunVisit, SeeClinical, SeeDesk, SeeScores,
        };
        match self {
            Self::FrontDesk => matches!(permission, SeeDesk | Book | RunVisit | ManageMail),
            Self::Clinician => matches!(
                permission,
                SeeDesk
                    | Book
                    | RunVisit
                    | DecideCandidacy
                    | OverrideGate
                    | RecordCoachCheckIn
                    | SeeClinical
                    | ReadIntegration
                    | ManageMail
                    | SeeScores
                    | ReviewRisk
            ),
            Self::Attendant => matches!(permission, SeeDesk | RunVisit | SeeClinical | SeeScores),
            Self::Coach => {
                matches!(permission, SeeDesk | RecordCoachCheckIn | SeeClinical | ReadIntegration | SeeScores)
            }
            Self::Owner => {
                matches!(permission, SeeDesk | Book | RunVisit | ManageMail | ManageSettings | SeeScores)
            }
        }
    }
}

/// The roles one account holds; stored as a comma-separated list.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// From any list; repeats are dropped.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Self {
        let mut held: Vec<Role> = roles.into_iter().collect();
        held.sort_unstable();
        held.dedup();
        Self(held)
    }

    /// Reads the stored list; `None` if a word is unknown or there is none.
    pub fn parse(text: &str) -> Option<Self> {
        let roles: Option<Vec<Role>> = text.split(',').map(|word| Role::parse(word.trim())).collect();
        roles.filter(|roles| !roles.is_empty()).map(Self::new)
    }

    /// The stored list.
    pub fn as_text(&self) -> String {
        self.0.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
    }

    /// Whether any of the roles carries the permission.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.iter().any(|role| role.allows(permission))
    }

    /// Whether this role is among them.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// The roles.
    pub fn list(&self) -> &[Role] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clinicians_decide_and_override() {
        for role in Role::ALL {
            let clinician = *role == Role::Clinician;
            assert_eq!(role.allows(Permission::DecideCandidacy), clinician, "{role}");
            assert_eq!(role.allows(Permission::OverrideGate), clinician, "{role}");
            assert_eq!(role.allows(Permission::ReviewRisk), clinician, "{role}");
        }
    }

    #[test]
    fn everybody_but_the_front_desk_sees_scores() {
        for role in Role::ALL {
            assert_eq!(role.allows(Permission::SeeScores), *role != Role::FrontDesk, "{role}");
        }
    }

    #[test]
    fn only_owners_change_settings() {
        for role in Role::ALL {
            assert_eq!(role.allows(Permission::ManageSettings), *role == Role::Owner, "{role}");
        }
    }

    #[test]
    fn intentions_and_notes_are_for_coach_and_clinician_and_clinical_words_never_for_the_desk() {
        for role in Role::ALL {
            let reads = matches!(role, Role::Coach | Role::Clinician);
            assert_eq!(role.allows(Permission::ReadIntegration), reads, "{role}");
            let sees = !matches!(role, Role::FrontDesk | Role::Owner);
            assert_eq!(role.allows(Permission::SeeClinical), sees, "{role}");
        }
    }

    #[test]
    fn several_roles_add_up_and_survive_storage() {
        let roles = Roles::new([Role::Owner, Role::Clinician, Role::Owner]);
        assert!(roles.allow(Permission::ManageSettings) && roles.allow(Permission::OverrideGate));
        assert_eq!(Roles::parse(&roles.as_text()), Some(roles));
        assert_eq!(Roles::parse("owner,wizard"), None);
        assert_eq!(Roles::parse(""), None);
    }
}
