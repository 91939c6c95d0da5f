//! The chart's notes, each group for those who may read it: the desk's, the coach's, the clinicians'.

use super::Desk;
use super::chart_parts::Known;
use crate::actions::pathway::Pathway;
use crate::domain::ids::PatientId;
use crate::domain::roles::Permission;
use crate::store::appointments::Appointment;
use crate::store::integration::SessionNote;
use crate::store::wishes::KeptRow;

/// A note.
pub struct NoteLine {
    /// Its words; they keep their lines.
    pub body: String,
    /// By whom and when.
    pub by: String,
    /// Where there is more; empty where there is not.
    pub path: String,
}

/// Notes for one kind of reader.
pub struct NoteGroup {
    /// Whose notes these are.
    pub title: String,
    /// The notes, newest first.
    pub lines: Vec<NoteLine>,
}

/// What notes are made from.
pub struct Noted<'a> {
    /// The patient's way.
    pub path: &'a Pathway,
    /// Kept wishes for a course.
    pub wishes: Option<&'a KeptRow>,
    /// The last notes on sessions; empty for those who may not read them.
    pub sessions: &'a [SessionNote],
    /// The visits the chart knows.
    pub visits: &'a [&'a Appointment],
}

/// The groups this person may read that say anything.
pub fn groups(desk: &Desk, known: &Known, patient: PatientId, noted: &Noted<'_>) -> Vec<NoteGroup> {
    let w = known.w;
    let mut groups = Vec::new();
    let mut add = |allowed: bool, title: String, lines: Vec<NoteLine>| {
        if allowed && !lines.is_empty() {
            groups.push(NoteGroup { title, lines });
        }
    };
    add(desk.may(Permission::Book), w.t("chart-notes-desk"), for_desk(known, patient, noted));
    let may_read = desk.may(Permission::ReadIntegration);
    add(may_read, w.t("chart-notes-sessions"), on_sessions(known, noted));
    add(desk.may(Permission::DecideCandidacy), w.t("chart-notes-clinical"), for_clinicians(known, noted));
    groups
}

fn by(known: &Known, who: &str, at: chrono::DateTime<chrono::Utc>) -> String {
    known.w.f("chart-decided-by", [("who", who), ("when", known.f.when(at).as_str())])
}

/// The clinician's note for the desk, why nobody calls any more, the wishes kept for a plan.
fn for_desk(known: &Known, patient: PatientId, noted: &Noted<'_>) -> Vec<NoteLine> {
    let w = known.w;
    let mut lines = Vec::new();
    if let Some(intake) = noted.path.intake.as_ref().filter(|intake| !intake.note.is_empty()) {
        let who = intake.reviewed_by.as_deref().unwrap_or_default();
        lines.push(NoteLine {
            body: intake.note.clone(),
            by: by(known, who, intake.reviewed_at.unwrap_or(intake.since)),
            path: format!("/intake/{}", intake.id),
        });
    }
    let own = noted.path.recalled.as_ref().and_then(|one| one.own.as_ref());
    if let Some((own, at)) = own.and_then(|own| Some((own, own.stopped_at?))) {
        lines.push(NoteLine {
            body: own.stop_reason.clone().unwrap_or_default(),
            by: by(known, own.stopped_by.as_deref().unwrap_or_default(), at),
            path: format!("/recall/{patient}"),
        });
    }
    if let Some(kept) = noted.wishes.filter(|kept| !kept.wished.is_empty()) {
        lines.push(NoteLine {
            body: w.t("chart-note-wishes"),
            by: by(known, &kept.updated_by, kept.updated_at),
            path: format!("/patients/{patient}/plan"),
        });
    }
    lines
}

fn on_sessions(known: &Known, noted: &Noted<'_>) -> Vec<NoteLine> {
    let line = |note: &SessionNote| NoteLine {
        body: note.body.clone(),
        by: by(known, &note.author, note.created_at),
        path: format!("/appointments/{}/notes", note.appointment_id),
    };
    noted.sessions.iter().map(line).collect()
}

/// What the review said, and why somebody went past a gate.
fn for_clinicians(known: &Known, noted: &Noted<'_>) -> Vec<NoteLine> {
    let mut lines = Vec::new();
    if let Some(review) = noted.path.review.as_ref().filter(|review| !review.note.is_empty()) {
        lines.push(NoteLine {
            body: review.note.clone(),
            by: by(known, &known.staff_name(review.decided_by), review.decided_at),
            path: format!("/series/{}/review", review.series_id),
        });
    }
    for visit in noted.visits {
        if let Some(reason) = &visit.override_reason {
            let at = visit.arrived_at.unwrap_or(visit.starts_at);
            lines.push(NoteLine {
                body: reason.clone(),
                // The reason begins with who went past the gate.
                by: known.f.when(at),
                path: format!("/appointments/{}", visit.id),
            });
        }
    }
    lines
}
