//! The cards of the Today board: in which column a visit stands, what its card says, and the one act it offers.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::visit_words::{self, Missing};
use crate::domain::appointments::{AppointmentStatus, ShownState};
use crate::domain::candidacy::Decision;
use crate::domain::drivers::DriveStatus;
use crate::domain::ids::{AppointmentId, PatientId, ResourceId, SeriesId};
use crate::domain::patients::chart_name;
use crate::store::appointments::Appointment;
use crate::store::drivers::Drive;
use crate::store::patients::Patient;
use crate::store::series::Series;
use crate::words::Words;
use crate::words::format::Format;

/// Lines of what is missing a card shows before it says "+1 more".
const MISSING_LINES: usize = 3;

/// Where a visit stands on the board, in the order of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Held, booked or confirmed.
    Expected,
    /// Checked in.
    Arrived,
    /// In treatment or in session.
    Active,
    /// At rest.
    Recovering,
    /// Recovery is over.
    Ready,
    /// Gone home.
    Gone,
    /// Canceled or did not come: the quiet list at the end.
    Aside,
}

impl Place {
    /// The columns, left to right.
    pub const COLUMNS: [Self; 6] =
        [Self::Expected, Self::Arrived, Self::Active, Self::Recovering, Self::Ready, Self::Gone];

    /// From a visit's state.
    pub fn of(state: ShownState) -> Self {
        match state {
            ShownState::Held | ShownState::Booked | ShownState::Confirmed => Self::Expected,
            ShownState::Arrived => Self::Arrived,
            ShownState::InProgress => Self::Active,
            ShownState::Recovering(_) => Self::Recovering,
            ShownState::Ready => Self::Ready,
            ShownState::Gone => Self::Gone,
            ShownState::Cancelled | ShownState::NoShow => Self::Aside,
        }
    }

    /// The key of its heading.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Expected => "today-column-expected",
            Self::Arrived => "today-column-arrived",
            Self::Active => "today-column-active",
            Self::Recovering => "today-column-recovering",
            Self::Ready => "today-column-ready",
            Self::Gone => "today-column-gone",
            Self::Aside => "today-aside",
        }
    }

    /// The end of the heading's id.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Arrived => "arrived",
            Self::Active => "active",
            Self::Recovering => "recovering",
            Self::Ready => "ready",
            Self::Gone => "gone",
            Self::Aside => "aside",
        }
    }
}

/// The one act of a card: a link, or a form with hidden fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The button's words.
    pub label: String,
    /// Where it leads.
    pub path: String,
    /// Whether it is a form.
    pub post: bool,
    /// Hidden fields beside the token and the way back.
    pub hidden: Vec<(&'static str, String)>,
}

/// A card in words; only the template knows markup.
#[derive(Clone, Debug)]
pub struct Card {
    /// Where it stands.
    pub place: Place,
    /// Order within its column.
    pub starts_at: DateTime<Utc>,
    /// Ties of order.
    pub id: AppointmentId,
    /// Bar and colour.
    pub class: &'static str,
    /// Decoration of the state.
    pub glyph: &'static str,
    /// The state.
    pub state: String,
    /// Clock time.
    pub time: String,
    /// The instant for `<time datetime>`.
    pub machine: String,
    /// Room.
    pub room: String,
    /// "PARK, Jin".
    pub name: String,
    /// "Jin Park", for buttons.
    pub full_name: String,
    /// The visit's page.
    pub href: String,
    /// "Infusion 3 of 6".
    pub service: String,
    /// Who serves it.
    pub people: String,
    /// "Driver: Min Park": the driver or sitter that counts.
    pub driver: String,
    /// "Driver waiting: Min Park, since 12:40 PM".
    pub driver_sign: Option<String>,
    /// "12 min late".
    pub timer: Option<String>,
    /// Why somebody went past a gate.
    pub note: Option<String>,
    /// What is missing, three lines at most.
    pub missing: Vec<String>,
    /// "+1 more".
    pub more: Option<String>,
    /// What one can do next.
    pub act: Option<Act>,
}

/// Orders cards by time; at one time the one booked first stands first.
pub fn sort(cards: &mut [Card]) {
    cards.sort_by_key(|card| (card.place, card.starts_at, card.id));
}

/// What cards are made from: everything of the day, loaded in a fixed number of queries.
#[derive(Debug)]
pub struct Context<'a> {
    /// The catalogue.
    pub w: Words,
    /// The site's formatter.
    pub f: Format,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// May check in and note states.
    pub may_run: bool,
    /// May name drivers and confirm.
    pub may_book: bool,
    /// May record the coach's check-in.
    pub may_coach: bool,
    /// Patients of the day.
    pub patients: &'a HashMap<PatientId, Patient>,
    /// Their courses.
    pub series: &'a HashMap<SeriesId, Series>,
    /// Their newest decisions.
    pub decisions: &'a HashMap<PatientId, Decision>,
    /// The drives that count, by visit.
    pub drives: &'a HashMap<AppointmentId, Drive>,
    /// People and rooms by id.
    pub names: &'a HashMap<ResourceId, String>,
}

impl Context<'_> {
    /// A visit's card; `None` if its patient is not among those loaded.
    pub fn card(&self, visit: &Appointment) -> Option<Card> {
        let (w, f) = (self.w, self.f);
        let patient = self.patients.get(&visit.patient_id)?;
        let series = visit.series_id.and_then(|id| self.series.get(&id));
        let drive = self.drives.get(&visit.id);
        let shown = visit.shown_state(self.now);
        let (people, rooms) = visit_words::who(visit, self.names);
        let missing = visit_words::missing(visit, drive, self.decisions.get(&visit.patient_id), f);
        let hidden_lines = missing.len().saturating_sub(MISSING_LINES);
        Some(Card {
            place: Place::of(shown),
            starts_at: visit.starts_at,
            id: visit.id,
            class: shown.class(),
            glyph: shown.glyph(),
            state: visit_words::state_word(
                w,
                f,
                visit,
                series.and_then(|series| series.hold_until),
                self.now,
            ),
            time: f.time(visit.starts_at),
            machine: f.machine(visit.starts_at),
            room: rooms.join(", "),
            name: chart_name(&patient.sort_name),
            full_name: patient.full_name.clone(),
            href: format!("/appointments/{}", visit.id),
            service: visit_words::place(w, visit, series),
            people: people.join(", "),
            driver: drive.map(|drive| companion(w, visit, drive)).unwrap_or_default(),
            driver_sign: drive
                .filter(|_| !has_gone(shown))
                .and_then(|drive| visit_words::sign_text(w, f, visit, drive)),
            timer: self.timer(visit, shown),
            note: visit.override_reason.as_deref().map(|reason| w.f("today-past-gate", [("reason", reason)])),
            more: (hidden_lines > 0)
                .then(|| w.n("today-more", i64::try_from(hidden_lines).unwrap_or(i64::MAX))),
            act: self.act(visit, shown, &missing, drive),
            missing: missing.iter().take(MISSING_LINES).map(|line| line.text(w, f)).collect(),
        })
    }

    fn timer(&self, visit: &Appointment, shown: ShownState) -> Option<String> {
        let (w, f, now) = (self.w, self.f, self.now);
        match shown {
            ShownState::Booked | ShownState::Confirmed => {
                let late = (now - visit.starts_at).num_minutes();
                (late >= 1 && self.is_today(visit)).then(|| w.n("today-late", late))
            }
            ShownState::Arrived => {
                let since = visit.arrived_at.filter(|_| self.is_today(visit))?;
                Some(w.n("today-here", (now - since).num_minutes().max(0)))
            }
            ShownState::InProgress => {
                // Minutes of another day are no timer; the loose end says what to do.
                let end = visit.treatment_until().filter(|_| self.is_today(visit))?;
                let time = f.time(end);
                Some(if end > now {
                    w.nf("today-ends", minutes_up(end - now), [("time", time.as_str())])
                } else {
                    w.nf("today-over", (now - end).num_minutes(), [("time", time.as_str())])
                })
            }
            ShownState::Recovering(until) => {
                let time = f.time(until);
                Some(w.nf("today-recovery", minutes_up(until - now), [("time", time.as_str())]))
            }
            ShownState::Gone => {
                let ended = visit.ended_at?;
                Some(w.f("today-home", [("time", f.time(ended).as_str())]))
            }
            ShownState::Held | ShownState::Ready | ShownState::Cancelled | ShownState::NoShow => None,
        }
    }

    /// The next state, or the cure of the first thing missing.
    fn act(
        &self,
        visit: &Appointment,
        shown: ShownState,
        missing: &[Missing],
        drive: Option<&Drive>,
    ) -> Option<Act> {
        let coach_open = missing.contains(&Missing::CoachCheckIn);
        match shown {
            ShownState::Held => Some(self.link(visit, "", "today-act-open")),
            ShownState::Booked | ShownState::Confirmed => self.expected_act(visit, missing),
            ShownState::Arrived => self.may_run.then(|| self.form(visit, "start", "today-act-start")),
            ShownState::InProgress if visit.is_treatment() => {
                self.may_run.then(|| self.form(visit, "recovery", "today-act-recovery"))
            }
            ShownState::InProgress => self.may_run.then(|| self.form(visit, "discharge", "today-act-end")),
            ShownState::Recovering(_) | ShownState::Ready if coach_open => Some(if self.may_coach {
                self.form(visit, "coach", "today-act-coach")
            } else {
                self.link(visit, "", "today-act-open")
            }),
            ShownState::Recovering(_) => None,
            ShownState::Ready if !self.may_run => None,
            ShownState::Ready => Some(match drive {
                Some(drive) if drive.status == DriveStatus::Confirmed => {
                    let key = visit.companion.pick("today-act-home", "today-act-over");
                    let mut act = self.form(visit, "discharge", key);
                    act.hidden.push(("escort", drive.full_name.clone()));
                    act
                }
                _ => {
                    let key = visit.companion.pick("today-act-escort", "today-act-sitter-stays");
                    self.link(visit, "#escort", key)
                }
            }),
            ShownState::Gone | ShownState::Cancelled | ShownState::NoShow => None,
        }
    }

    fn expected_act(&self, visit: &Appointment, missing: &[Missing]) -> Option<Act> {
        if self.f.date_of(visit.starts_at) < self.f.today() {
            return self.may_run.then(|| self.form(visit, "missed", "today-act-missed"));
        }
        match missing.first() {
            Some(Missing::Driver) if self.may_book => {
                return Some(self.link(visit, "/driver", "today-act-name-driver"));
            }
            Some(Missing::Sitter) if self.may_book => {
                return Some(self.link(visit, "/driver", "today-act-name-sitter"));
            }
            Some(Missing::DriverAnswer(_) | Missing::SitterAnswer(_)) if self.may_book => {
                return Some(self.link(visit, "/driver", "today-act-answer"));
            }
            Some(Missing::Candidacy(_)) => {
                return Some(Act {
                    label: self.w.t("today-act-chart"),
                    path: format!("/patients/{}", visit.patient_id),
                    post: false,
                    hidden: Vec::new(),
                });
            }
            _ => {}
        }
        if self.is_today(visit) && self.may_run {
            return Some(self.form(visit, "check-in", "today-act-check-in"));
        }
        (self.may_book && missing.contains(&Missing::Confirmation)).then(|| {
            let mut act = self.form(visit, "confirm", "today-act-confirm");
            act.hidden.push(("version", visit.version.to_string()));
            act
        })
    }

    fn is_today(&self, visit: &Appointment) -> bool {
        self.f.date_of(visit.starts_at) == self.f.today()
    }

    fn link(&self, visit: &Appointment, rest: &str, key: &str) -> Act {
        let path = format!("/appointments/{}{rest}", visit.id);
        Act { label: self.w.t(key), path, post: false, hidden: Vec::new() }
    }

    fn form(&self, visit: &Appointment, step: &str, key: &str) -> Act {
        let path = format!("/appointments/{}/{step}", visit.id);
        Act { label: self.w.t(key), path, post: true, hidden: Vec::new() }
    }
}

/// "Driver: Min Park", or "Sitter: Min Park" at home.
fn companion(w: Words, visit: &Appointment, drive: &Drive) -> String {
    let key = visit.companion.pick("today-driver", "today-sitter");
    w.f(key, [("name", drive.full_name.as_str())])
}

/// Whether nobody waits for the patient any more.
fn has_gone(shown: ShownState) -> bool {
    matches!(shown, ShownState::Gone | ShownState::Cancelled | ShownState::NoShow)
}

/// Minutes left, rounded up, so that "0 min left" is never shown while time remains.
fn minutes_up(left: TimeDelta) -> i64 {
    (left.num_seconds() + 59).div_euclid(60)
}

/// Whether a visit counts among those of the day.
pub fn counts(visit: &Appointment) -> bool {
    !matches!(visit.status, AppointmentStatus::Cancelled | AppointmentStatus::NoShow)
}

#[cfg(test)]
#[path = "today_card_test.rs"]
mod tests;
