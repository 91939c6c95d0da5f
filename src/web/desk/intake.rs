//! The pipeline of intakes: who waits where, for how long and on whom, overdue ones first, one act per row.

use askama::Template;

use super::Desk;
use super::intake_words::{NextAct, class, next_act, since};
use crate::actions::intake::pipeline;
use crate::domain::ids::PatientId;
use crate::domain::intake::{IntakeState, Waiting};
use crate::domain::roles::Permission;
use crate::store::intakes::Intake;
use crate::store::patients::Patient;
use crate::web::kit::{Nav, PageResult, Shell, idempotency, page};

/// One who waits.
struct Row {
    name: String,
    born: String,
    chart: String,
    /// Where the desk reads the inquiry, if this person may.
    path: Option<String>,
    class: &'static str,
    state: String,
    since: String,
    waits: String,
    overdue: Option<String>,
    act: Option<NextAct>,
}

#[derive(Template)]
#[template(path = "pages/intake.html")]
struct PipelinePage {
    shell: Shell,
    rows: Vec<Row>,
    /// "Returned 2" for every state somebody is in.
    counts: Vec<String>,
    may_add: bool,
    key: String,
}

/// GET `/intake`
///
/// # Errors
/// When the database does not answer.
pub async fn show(desk: Desk) -> PageResult {
    let w = desk.w();
    let mut tx = desk.read().await?;
    let found = pipeline(&mut tx, &desk.app.config.rules, &desk.site).await?;
    let ids: Vec<PatientId> = found.iter().map(|(intake, _)| intake.patient_id).collect();
    let people = tx.patients_by_ids(&ids).await?;
    let shell = desk.shell(&mut tx, Nav::Intake, w.t("intake-pipeline-title")).await?;
    drop(tx);
    let counts = IntakeState::ALL
        .iter()
        .map(|state| (state, found.iter().filter(|(intake, _)| intake.state == *state).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| {
            let (state, count) = (w.t(state.word_key()), count.to_string());
            w.f("intake-count", [("state", state.as_str()), ("count", count.as_str())])
        })
        .collect();
    let rows = found
        .iter()
        .filter_map(|(intake, waits)| Some(row(&desk, intake, *waits, people.get(&intake.patient_id)?)))
        .collect();
    page(&PipelinePage {
        shell,
        rows,
        counts,
        may_add: desk.may(Permission::Book),
        key: idempotency::new_key(),
    })
}

fn row(desk: &Desk, intake: &Intake, waits: Waiting, patient: &Patient) -> Row {
    let (w, f) = (desk.w(), desk.f());
    let (birth, age) = (f.birth(patient.birth_date), f.age(patient.birth_date).to_string());
    Row {
        name: patient.sort_name.clone(),
        born: w.f("chart-born", [("birth", birth.as_str()), ("age", age.as_str())]),
        chart: format!("/patients/{}", patient.id),
        path: desk.may(Permission::Book).then(|| format!("/intake/{}", intake.id)),
        class: class(intake.state),
        state: w.t(intake.state.word_key()),
        since: since(w, f, intake.since),
        waits: w.t(waits.on.word_key()),
        overdue: waits.due_at.filter(|_| waits.is_overdue(desk.now())).map(|due| {
            let day = f.day_month(f.date_of(due));
            w.f("intake-overdue", [("day", day.as_str())])
        }),
        act: next_act(desk, intake, waits),
    }
}
