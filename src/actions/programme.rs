//! Asks whether a single treatment goes with the decision that counts.

use super::ActionError;
use crate::domain::gates::Unmet;
use crate::domain::ids::PatientId;
use crate::domain::programme::{SingleFacts, single};
use crate::domain::services::Service;
use crate::store::Tx;
use crate::store::sites::Site;

/// What stands against a single treatment of a service: another program was decided, or all of it is booked. Asked when it is
/// booked and never again: a newer decision does not undo what was booked under an older one.
///
/// # Errors
/// When the store fails.
pub async fn single_gate(
    tx: &mut Tx,
    site: &Site,
    patient: PatientId,
    service: &Service,
) -> Result<Vec<Unmet>, ActionError> {
    if !service.category.needs_candidacy() {
        return Ok(Vec::new());
    }
    let Some(decision) = tx.decision_of(patient).await? else { return Ok(Vec::new()) };
    let (protocols, services) = (tx.protocols(site.id).await?, tx.services(site.id).await?);
    let visits = tx.appointments_of(patient).await?;
    let booked = visits.iter().filter(|one| {
        one.service_id == service.id && one.status.occupies() && one.created_at >= decision.decided_at
    });
    let booked = i64::try_from(booked.count()).unwrap_or(i64::MAX);
    Ok(single(&SingleFacts {
        service,
        decision: &decision,
        protocols: &protocols,
        services: &services,
        booked,
    }))
}
