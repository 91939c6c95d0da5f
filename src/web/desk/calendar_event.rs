//! One event of the calendar in words: name, what, state, and everything again for screen readers.

use chrono::{DateTime, Utc};

use super::calendar_book::{Block, Book};
use super::visit_words;
use crate::domain::appointments::ShownState;
use crate::domain::ids::ResourceId;
use crate::domain::services::{Category, Kind, PHASE_INFUSION, PHASE_RECOVERY};
use crate::store::appointments::Appointment;
use crate::store::series::Series;

/// An event as a page shows it.
pub struct EventView {
    /// The patient's chart.
    pub href: String,
    /// Its phase and state, as classes of the style sheet.
    pub class: String,
    /// "10:00 AM".
    pub time: String,
    /// "Alvarez, Maria".
    pub name: String,
    /// "placement, infusion".
    pub what: String,
    /// "Held until 4:00 PM": the state, where it is not simply booked.
    pub state: Option<String>,
    /// Everything, for screen readers.
    pub label: String,
}

impl Book {
    /// A block on one resource in words; `None` if its visit is not in the book any more.
    pub fn event(&self, block: &Block) -> Option<EventView> {
        let visit = self.appointments.get(&block.appointment)?;
        let mut names: Vec<&str> = Vec::new();
        for (phase, _, _) in &block.bands {
            if !names.contains(&phase.as_str()) {
                names.push(phase);
            }
        }
        let longest = block.bands.iter().max_by_key(|(_, _, minutes)| *minutes);
        let class = longest.map_or("ph-prep", |(phase, kind, _)| phase_class(visit.category, phase, kind));
        Some(self.view(visit, names.join(", "), class, block.from, block.to))
    }

    /// A whole visit in words.
    pub fn visit(&self, visit: &Appointment) -> EventView {
        let class = if visit.is_treatment() { "ph-treat" } else { "ph-talk" };
        self.view(visit, self.service(visit), class, visit.starts_at, visit.ends_at)
    }

    fn view(
        &self,
        visit: &Appointment,
        what: String,
        phase: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> EventView {
        let state = visit.shown_state(self.now);
        let words = self.state(visit);
        let name = self.name(visit);
        let (service, day) = (self.service(visit), self.f.day(self.f.date_of(from)));
        let (span, people) = (self.f.span(from, to), self.who(visit, |_| true));
        let label = self.w.f(
            "calendar-event-label",
            [
                ("name", name.as_str()),
                ("what", what.as_str()),
                ("service", service.as_str()),
                ("day", day.as_str()),
                ("span", span.as_str()),
                ("people", people.as_str()),
                ("state", words.as_str()),
            ],
        );
        let class = match state {
            ShownState::Held | ShownState::Gone => format!("{phase} {}", state.class()),
            _ => phase.to_owned(),
        };
        let plain = matches!(state, ShownState::Booked | ShownState::Gone);
        EventView {
            href: format!("/appointments/{}", visit.id),
            class,
            time: self.f.time(from),
            name,
            what,
            state: (!plain).then_some(words),
            label,
        }
    }

    /// "Alvarez, Maria".
    pub fn name(&self, visit: &Appointment) -> String {
        self.patients
            .get(&visit.patient_id)
            .map_or_else(|| self.w.t("calendar-unknown"), |one| one.sort_name.clone())
    }

    /// "Infusion 3 of 6", or the name alone outside a course.
    pub fn service(&self, visit: &Appointment) -> String {
        visit_words::place(self.w, visit, self.course(visit))
    }

    /// The state's word, with the hour it lasts until.
    pub fn state(&self, visit: &Appointment) -> String {
        let hold_until = self.course(visit).and_then(|course| course.hold_until);
        visit_words::state_word(self.w, self.f, visit, hold_until, self.now)
    }

    fn course(&self, visit: &Appointment) -> Option<&Series> {
        visit.series_id.and_then(|id| self.series.get(&id))
    }

    /// The names of those who serve a visit, those that `wanted` takes.
    pub fn who(&self, visit: &Appointment, wanted: impl Fn(Kind) -> bool) -> String {
        let mut found: Vec<ResourceId> = Vec::new();
        for one in visit.assigned.iter().filter(|one| wanted(one.kind)) {
            if !found.contains(&one.resource) {
                found.push(one.resource);
            }
        }
        let name =
            |id: &ResourceId| self.resources.iter().find(|one| one.id == *id).map(|one| one.name.as_str());
        found.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }
}

fn phase_class(category: Category, phase: &str, kind: &str) -> &'static str {
    match (category, phase) {
        (_, PHASE_RECOVERY) => "ph-recover",
        (_, PHASE_INFUSION) => "ph-treat",
        (Category::Treatment, _) if kind == Kind::Coach.as_str() => "ph-talk",
        (Category::Treatment, _) => "ph-prep",
        _ => "ph-talk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_looks_like_what_is_done_in_it() {
        let class = |category, phase, kind: Kind| phase_class(category, phase, kind.as_str());
        assert_eq!(class(Category::Treatment, "placement", Kind::Clinician), "ph-prep");
        assert_eq!(class(Category::Treatment, "infusion", Kind::InfusionRoom), "ph-treat");
        assert_eq!(class(Category::Treatment, "recovery", Kind::Attendant), "ph-recover");
        assert_eq!(class(Category::Treatment, "check-in", Kind::Coach), "ph-talk");
        assert_eq!(class(Category::Coaching, "talk", Kind::Coach), "ph-talk");
    }
}
