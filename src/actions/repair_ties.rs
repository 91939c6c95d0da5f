//! What of a repair holds by itself: a time that one course takes may be one that only another course of the plan gives up.

use super::absence::{Group, Repair};
use super::absence_read::{RepairFound, RepairRow};
use super::availability::Wanted;
use crate::domain::ids::AppointmentId;
use crate::domain::repair::closed;

impl Repair {
    /// A plan cut down to the rows that hold while every row left keeps its places.
    pub(super) fn apart(&self, mut found: RepairFound) -> RepairFound {
        loop {
            let moving = moving(&found, |_| true);
            let mut rows = self.groups.iter().zip(&found.rows);
            let Some(at) = rows.position(|(group, row)| self.clashes(group, row, &moving)) else {
                return found;
            };
            if let Some(row) = found.rows.get_mut(at) {
                *row = RepairRow::left(self.w.t("absence-left-others"));
            }
        }
    }

    /// The same plan with each row knowing which others it can only be taken with.
    pub(super) fn tied(&self, mut found: RepairFound) -> RepairFound {
        let all = moving(&found, |_| true);
        let direct: Vec<Vec<usize>> = self
            .groups
            .iter()
            .zip(&found.rows)
            .enumerate()
            .map(|(number, (group, row))| {
                let alone = self.clashes(group, row, &moving(&found, |other| other == number));
                // What is in the way even if all change is nobody's to give up.
                if !alone || self.clashes(group, row, &all) {
                    return Vec::new();
                }
                let gives_up = |other: &usize| {
                    *other != number && self.clashes(group, row, &moving(&found, |one| one != *other))
                };
                (0..found.rows.len()).filter(gives_up).collect()
            })
            .collect();
        for (row, with) in found.rows.iter_mut().zip(closed(&direct)) {
            row.with = with;
        }
        found
    }

    /// Rows that the question answers with yes although it answers with no for one they can only be taken with: the
    /// number of each, and the numbers of those it lacks.
    pub fn torn(&self, found: &RepairFound, takes: impl Fn(&str) -> bool) -> Vec<(usize, Vec<usize>)> {
        let taken = |number: usize| self.groups.get(number).is_some_and(|group| takes(&group.key));
        let rows = found.rows.iter().enumerate().filter(|(number, row)| row.left.is_none() && taken(*number));
        let lacks =
            |row: &RepairRow| -> Vec<usize> { row.with.iter().copied().filter(|one| !taken(*one)).collect() };
        rows.map(|(number, row)| (number, lacks(row))).filter(|(_, lacks)| !lacks.is_empty()).collect()
    }

    /// Whether something is in the way of a row's new places when only these visits give up their times.
    fn clashes(&self, group: &Group, row: &RepairRow, except: &[AppointmentId]) -> bool {
        row.changes.iter().any(|change| {
            let Some(visit) = group.visits.iter().find(|visit| visit.id == change.visit) else {
                return false;
            };
            let wanted = Wanted {
                name: &visit.name,
                phases: &visit.phases,
                start: change.to,
                patient: Some(visit.patient_id),
                with: None,
                except,
            };
            !self.ground.window.conflicts_of_assigned(&wanted, &change.assigned).is_empty()
        })
    }
}

/// The visits that change in the rows the question answers with yes.
fn moving(found: &RepairFound, takes: impl Fn(usize) -> bool) -> Vec<AppointmentId> {
    let rows = found.rows.iter().enumerate().filter(|(number, _)| takes(*number));
    rows.flat_map(|(_, row)| row.changes.iter().map(|change| change.visit)).collect()
}
