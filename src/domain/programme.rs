//! A single treatment follows the decision: of the program it names or a booster like it, and no more than it allows.

use super::candidacy::{Decision, Outcome};
use super::gates::Unmet;
use super::protocols::Protocol;
use super::services::Service;

/// What the gate of a single treatment looks at.
#[derive(Debug)]
pub struct SingleFacts<'a> {
    /// What would be booked.
    pub service: &'a Service,
    /// The patient's newest decision.
    pub decision: &'a Decision,
    /// Every protocol of the site.
    pub protocols: &'a [Protocol],
    /// Every service of the site.
    pub services: &'a [Service],
    /// Treatments of this service booked since the decision that were not canceled or missed.
    pub booked: i64,
}

/// What stands against it. A decision that allows no treatment at all is for [`super::gates::booking`] to name.
pub fn single(facts: &SingleFacts<'_>) -> Vec<Unmet> {
    let SingleFacts { service, decision, protocols, services, booked } = *facts;
    if decision.outcome != Outcome::Suitable {
        return Vec::new();
    }
    let decided = decision.protocol_id.and_then(|id| protocols.iter().find(|one| one.id == id));
    let Some(decided) = decided else { return vec![Unmet::OtherProgramme] };
    let is_booster =
        protocols.iter().any(|one| one.active && one.visits_max == 1 && one.service == service.id);
    if decided.service == service.id {
        let planned = decision.planned_visits.unwrap_or(decided.visits);
        // Boosters go on for as long as the decision stands.
        return if is_booster || booked < planned {
            Vec::new()
        } else {
            vec![Unmet::AllBooked { decided: planned, booked }]
        };
    }
    let own = services.iter().find(|one| one.id == decided.service);
    let is_alike = own.is_some_and(|own| own.venue == service.venue && own.companion == service.companion);
    if is_booster && is_alike { Vec::new() } else { vec![Unmet::OtherProgramme] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::defaults;
    use crate::domain::ids::{DecisionId, PatientId, StaffId};
    use crate::words::Words;
    use chrono::DateTime;

    /// What the gate says to a service after a decision for a protocol of the usual list.
    fn asked(decided: &str, planned: i64, service: &str, booked: i64) -> Vec<Unmet> {
        let services = defaults::services(Words::default());
        let protocols = defaults::protocols(Words::default(), &services);
        let protocol = protocols.iter().find(|one| one.name == decided).expect("a protocol");
        let decision = Decision {
            id: DecisionId::new(),
            patient_id: PatientId::new(),
            outcome: Outcome::Suitable,
            protocol_id: Some(protocol.id),
            planned_visits: Some(planned),
            expires_on: None,
            decided_by: StaffId::new(),
            decided_at: DateTime::UNIX_EPOCH,
            note: String::new(),
            conditions: String::new(),
            told: String::new(),
        };
        let service = services.iter().find(|one| one.name == service).expect("a service");
        let facts =
            SingleFacts { service, decision: &decision, protocols: &protocols, services: &services, booked };
        single(&facts)
    }

    #[test]
    fn a_decision_for_home_opens_neither_infusions_nor_the_block() {
        for service in ["Infusion, 60 minutes", "Infusion, 90 minutes", "SGB, one side"] {
            assert_eq!(asked("At home", 6, service, 0), [Unmet::OtherProgramme], "{service}");
        }
        assert_eq!(asked("At home", 6, "Session at home", 0), []);
        assert_eq!(asked("Induction, 60 minutes", 6, "Session at home", 0), [Unmet::OtherProgramme]);
        assert_eq!(asked("Induction, 60 minutes", 6, "SGB, one side", 0), [Unmet::OtherProgramme]);
    }

    #[test]
    fn a_booster_follows_every_program_at_the_clinic_any_number_of_times() {
        for decided in ["Induction, 60 minutes", "Induction, 90 minutes", "KAP, 2 infusions", "Booster"] {
            assert_eq!(asked(decided, 1, "Infusion, 60 minutes", 9), [], "{decided}");
        }
    }

    #[test]
    fn no_more_is_booked_than_was_decided() {
        assert_eq!(asked("SGB", 1, "SGB, one side", 0), []);
        let all = [Unmet::AllBooked { decided: 1, booked: 1 }];
        assert_eq!(asked("SGB", 1, "SGB, one side", 1), all);
        assert_eq!(asked("SGB", 2, "SGB, one side", 1), []);
    }
}
