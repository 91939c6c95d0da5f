//! A running course as a change reads it, and the change as people see it before it is made.

use chrono::{DateTime, Utc};

use super::{ActionError, Conflict, book};
use crate::domain::appointments::SeriesStatus;
use crate::domain::gates::Unmet;
use crate::domain::ids::{AppointmentId, SeriesId, ServiceId};
use crate::domain::protocols::{Protocol, VisitRole};
use crate::domain::series_change::{CourseNow, CourseVisit, SeriesChange, Standing, Terms};
use crate::domain::services::{Service, length};
use crate::store::Tx;
use crate::store::appointments::Appointment;
use crate::store::series::Series;
use crate::store::sites::Site;

/// What becomes of one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineChange {
    /// Nothing.
    Same,
    /// It has another start.
    Moved,
    /// It starts as before and takes another time.
    Length,
    /// Other people or rooms.
    People,
    /// It is new.
    Added,
    /// It goes.
    Gone,
}

impl LineChange {
    /// The key of its word.
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Same => "series-change-same",
            Self::Moved => "series-change-moved",
            Self::Length => "series-change-length",
            Self::People => "series-change-people",
            Self::Added => "series-change-added",
            Self::Gone => "series-change-gone",
        }
    }
}

/// One visit now and after the change.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its place in the course.
    pub role: VisitRole,
    /// Counts from 1 within the role.
    pub index: i64,
    /// Its name for staff, as it will be.
    pub name: String,
    /// Start now, if it is booked.
    pub was: Option<DateTime<Utc>>,
    /// Start after the change, if it takes place.
    pub will: Option<DateTime<Utc>>,
    /// Who serves it, people first.
    pub who: Vec<String>,
    /// What changes.
    pub what: LineChange,
}

/// A change of a course as it would be made.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The course as it stands.
    pub now: Series,
    /// The course as it would stand.
    pub after: Series,
    /// Every visit in the order of the course.
    pub lines: Vec<Line>,
    /// Every rule it breaks.
    pub unmet: Vec<Unmet>,
    /// Everybody in the way.
    pub conflicts: Vec<Conflict>,
    /// A mark of all that was read here. A change is made only if it still is the one that was read.
    pub seen: i64,
}

impl Proposal {
    /// Whether something stands in the way.
    pub fn is_refused(&self) -> bool {
        !self.unmet.is_empty() || !self.conflicts.is_empty()
    }

    /// The refusal, if something stands in the way: every reason at once.
    ///
    /// # Errors
    /// [`ActionError::Unmet`], [`ActionError::Conflicts`], or [`ActionError::InTheWay`] where there are both.
    pub fn pass(&self) -> Result<(), ActionError> {
        let (unmet, conflicts) = (self.unmet.clone(), self.conflicts.clone());
        match (unmet.is_empty(), conflicts.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => Err(ActionError::Unmet(unmet)),
            (true, false) => Err(ActionError::Conflicts(conflicts)),
            (false, false) => Err(ActionError::InTheWay { unmet, conflicts }),
        }
    }
}

/// A running course as it was read.
pub(super) struct Running {
    pub series: Series,
    /// The protocol it follows after the change.
    pub protocol: Protocol,
    /// Whether that is another one than now.
    pub is_other: bool,
    pub services: Vec<Service>,
    /// Its visits, those that are off included, numbered as in `course`.
    pub visits: Vec<Appointment>,
    pub course: CourseNow,
    /// Visits that have another number now, because canceled ones had left holes.
    pub renumbered: Vec<(AppointmentId, i64)>,
}

impl Running {
    pub async fn load(
        tx: &mut Tx,
        site: &Site,
        id: SeriesId,
        change: &SeriesChange,
    ) -> Result<Self, ActionError> {
        let series =
            tx.series(id).await?.filter(|one| one.site_id == site.id).ok_or(ActionError::NotFound)?;
        if series.status != SeriesStatus::Active {
            return Err(ActionError::Refused("series-change-not-running"));
        }
        let own = tx.protocol(series.protocol_id).await?.ok_or(ActionError::NotFound)?;
        let programme = own.programme.clone();
        let protocol = match *change {
            SeriesChange::ChangeLength { protocol, .. } if protocol != own.id => {
                let all = tx.protocols(site.id).await?;
                all.into_iter().find(|one| one.id == protocol && one.active).ok_or(ActionError::NotFound)?
            }
            _ => own,
        };
        let mut visits = tx.appointments_in(id).await?;
        let now = tx.now();
        let mut course = CourseNow {
            protocol: series.protocol_id,
            programme,
            planned: series.visits,
            visits: visits
                .iter()
                .filter_map(|visit| course_visit(site, visit, now, series.paused_at))
                .collect(),
            breaks: series.breaks.clone(),
            paused: series.paused_at.is_some(),
        };
        let counts = change.sets_number() || matches!(change, SeriesChange::Pause);
        let renumbered = if counts { course.close_holes() } else { Vec::new() };
        for visit in &mut visits {
            if let Some((_, index)) = renumbered.iter().find(|(id, _)| *id == visit.id) {
                visit.role_index = Some(*index);
            }
        }
        let is_other = protocol.id != series.protocol_id;
        let services = tx.services(site.id).await?;
        Ok(Self { series, protocol, is_other, services, visits, course, renumbered })
    }

    /// What the change is measured by.
    pub fn terms(&self, site: &Site, now: DateTime<Utc>) -> Terms<'_> {
        let main_minutes = self.service(self.protocol.service).map_or(0, Service::minutes);
        Terms { protocol: &self.protocol, main_minutes, zone: site.timezone, now }
    }

    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    pub fn visit(&self, id: AppointmentId) -> Option<&Appointment> {
        self.visits.iter().find(|visit| visit.id == id)
    }

    /// The latest visit of a role that takes place or waits for the end of a pause: an added one is like it, in length,
    /// price and people.
    pub fn latest(&self, role: VisitRole) -> Option<&Appointment> {
        self.course.latest(role).and_then(|usual| self.visit(usual.id))
    }

    /// What an added visit of a role is booked as.
    pub fn service_for(&self, role: VisitRole) -> Option<Service> {
        let by_protocol = match role {
            VisitRole::Before => self.protocol.before.map(|window| window.service),
            VisitRole::Main => Some(self.protocol.service),
            VisitRole::AfterEach => self.protocol.after_each.map(|window| window.service),
            VisitRole::AfterLast => self.protocol.after_last.map(|window| window.service),
        };
        let booked = self.latest(role).map(book::as_service);
        booked.or_else(|| by_protocol.and_then(|id| self.service(id)).cloned())
    }
}

fn course_visit(
    site: &Site,
    visit: &Appointment,
    now: DateTime<Utc>,
    paused_at: Option<DateTime<Utc>>,
) -> Option<CourseVisit> {
    // A pause takes its visits out at the very instant it begins.
    let by_pause = paused_at.is_some() && visit.cancelled_at == paused_at;
    let standing = match visit.status {
        status if !status.occupies() && by_pause => Standing::OnPause,
        status if !status.occupies() => Standing::Off,
        status if status.is_ahead() && visit.starts_at > now => Standing::Ahead,
        _ => Standing::Done,
    };
    Some(CourseVisit {
        id: visit.id,
        name: visit.name.clone(),
        role: visit.role?,
        index: visit.role_index?,
        start: visit.starts_at.with_timezone(&site.timezone).naive_local(),
        minutes: length(&visit.phases),
        standing,
    })
}
