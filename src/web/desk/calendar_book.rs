//! What the calendar shows, read in a fixed number of queries whatever the stretch of days.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::ids::{AppointmentId, PatientId, SeriesId, SiteId};
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::occupancy::Occupied;
use crate::store::patients::Patient;
use crate::store::resources::{Absence, Resource, WeeklyHours};
use crate::store::series::Series;
use crate::store::{StoreError, Tx};
use crate::words::Words;
use crate::words::format::Format;

/// The book of a stretch of days.
pub struct Book {
    /// The catalogue.
    pub w: Words,
    /// The site's formatter.
    pub f: Format,
    /// The present.
    pub now: DateTime<Utc>,
    /// Whether free times are links: the reader may book.
    pub may_book: bool,
    /// People and rooms in calendar order: those that can be booked, and others while something is booked on them.
    pub resources: Vec<Resource>,
    /// Their weekly hours.
    pub hours: Vec<WeeklyHours>,
    /// Their absences in this stretch.
    pub absences: Vec<Absence>,
    /// Time taken, in order of start.
    pub occupied: Vec<Occupied>,
    /// The visits that take it.
    pub appointments: HashMap<AppointmentId, Appointment>,
    /// Their patients.
    pub patients: HashMap<PatientId, Patient>,
    /// The drive that counts for each visit.
    pub drives: HashMap<AppointmentId, Drive>,
    /// The courses they belong to.
    pub series: HashMap<SeriesId, Series>,
}

/// Time of one resource that one visit takes without a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Whose visit.
    pub appointment: AppointmentId,
    /// From.
    pub from: DateTime<Utc>,
    /// To.
    pub to: DateTime<Utc>,
    /// Phase, bound as what, minutes; in order.
    pub bands: Vec<(String, String, i64)>,
}

impl Book {
    /// Reads the book of a site between two instants.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(
        tx: &mut Tx,
        (w, f): (Words, Format),
        site: SiteId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let occupied = tx.occupied_between(site, from, to).await?;
        let mut resources = tx.resources(site).await?;
        resources.retain(|one| one.active || occupied.iter().any(|row| row.holder == one.id.0));
        // A visit of the evening before may reach into the first day.
        let reach = from - chrono::TimeDelta::days(1);
        let mut visits = tx.appointments_between(site, reach, to).await?;
        visits.retain(|visit| visit.ends_at > from && visit.status.occupies());
        let people: Vec<PatientId> = visits.iter().map(|visit| visit.patient_id).collect();
        let courses: Vec<SeriesId> = visits.iter().filter_map(|visit| visit.series_id).collect();
        let drives = tx.current_drives_between(site, reach, to).await?;
        Ok(Self {
            w,
            f,
            now: tx.now(),
            may_book: false,
            resources,
            hours: tx.weekly_hours(site).await?,
            absences: tx.absences(site, from, to).await?,
            occupied,
            patients: tx.patients_by_ids(&people).await?,
            series: tx.series_by_ids(&courses).await?,
            drives: drives.into_iter().map(|drive| (drive.appointment_id, drive)).collect(),
            appointments: visits.into_iter().map(|visit| (visit.id, visit)).collect(),
        })
    }

    /// The time of one resource, adjacent phases of a visit as one block.
    pub fn blocks(&self, holder: Uuid) -> Vec<Block> {
        merge(self.occupied.iter().filter(|row| row.holder == holder))
    }
}

fn merge<'a>(rows: impl Iterator<Item = &'a Occupied>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for row in rows {
        let band = (row.phase.clone(), row.kind.clone(), (row.ends_at - row.starts_at).num_minutes());
        match blocks.last_mut() {
            Some(last) if last.appointment == row.appointment_id && last.to == row.starts_at => {
                last.to = row.ends_at;
                last.bands.push(band);
            }
            _ => blocks.push(Block {
                appointment: row.appointment_id,
                from: row.starts_at,
                to: row.ends_at,
                bands: vec![band],
            }),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};

    #[test]
    fn adjacent_phases_of_one_visit_are_one_block_and_others_stay_apart() {
        let start = Utc.with_ymd_and_hms(2026, 12, 1, 15, 0, 0).unwrap();
        let (one, other) = (AppointmentId::new(), AppointmentId::new());
        let row = |appointment_id, phase: &str, from, to| Occupied {
            appointment_id,
            holder: Uuid::nil(),
            kind: "clinician".into(),
            phase: phase.into(),
            starts_at: start + TimeDelta::minutes(from),
            ends_at: start + TimeDelta::minutes(to),
        };
        let rows = [
            row(one, "placement", 0, 15),
            row(one, "infusion", 15, 75),
            row(other, "talk", 75, 135),
            row(one, "closing", 140, 150),
        ];
        let blocks = merge(rows.iter());
        assert_eq!(blocks.len(), 3);
        assert_eq!(blocks[0].to, start + TimeDelta::minutes(75));
        assert_eq!(blocks[0].bands.len(), 2);
    }
}
