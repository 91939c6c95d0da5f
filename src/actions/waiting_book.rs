//! Hold or book courses of the waiting list: all that were chosen, or none.

use super::plan::ChosenVisit;
use super::series::book_course;
use super::{ActionError, Actor};
use crate::config::Rules;
use crate::domain::appointments::SeriesStatus;
use crate::domain::ids::{PatientId, ProtocolId, SeriesId};
use crate::domain::roles::Permission;
use crate::store::sites::Site;
use crate::store::{StoreError, Tx};

/// A course somebody chose for a patient.
#[derive(Clone, Debug)]
pub struct ChosenCourse {
    /// For whom.
    pub patient: PatientId,
    /// Under which protocol.
    pub protocol: ProtocolId,
    /// Its visits.
    pub visits: Vec<ChosenVisit>,
}

/// Why nothing was booked.
#[derive(Debug)]
pub struct NotBooked {
    /// Whose course could not be.
    pub patient: Option<PatientId>,
    /// The refusal.
    pub error: ActionError,
}

impl From<ActionError> for NotBooked {
    fn from(error: ActionError) -> Self {
        Self { patient: None, error }
    }
}

impl From<StoreError> for NotBooked {
    fn from(error: StoreError) -> Self {
        ActionError::from(error).into()
    }
}

/// Holds or books every chosen course in one transaction; each patient is told once, of their own.
///
/// # Errors
/// [`NotBooked`] with the first patient whose course does not hold any more and everything in its way; nothing of any course
/// remains then.
pub async fn book_chosen(
    tx: &mut Tx,
    actor: &Actor,
    rules: &Rules,
    site: &Site,
    chosen: &[ChosenCourse],
    hold: bool,
) -> Result<Vec<SeriesId>, NotBooked> {
    actor.needs(Permission::Book)?;
    tx.lock_bookings(site.id).await?;
    let mut booked = Vec::with_capacity(chosen.len());
    for course in chosen {
        let id = SeriesId::new();
        let of = |error: ActionError| NotBooked { patient: Some(course.patient), error };
        let has_one = tx.series_of(course.patient).await?.iter().any(|series| {
            let ended = series.status == SeriesStatus::Held
                && series.hold_until.is_some_and(|until| until <= tx.now());
            matches!(series.status, SeriesStatus::Held | SeriesStatus::Active) && !ended
        });
        if has_one {
            return Err(of(ActionError::Refused("waiting-has-course")));
        }
        book_course(tx, actor, rules, site, id, course.patient, course.protocol, &course.visits, hold)
            .await
            .map_err(of)?;
        booked.push(id);
    }
    Ok(booked)
}
