//! What a new clinic starts with: the usual services, protocols, rooms and hours of domain.md. Every value can be changed.

use super::companions::{Companion, Venue};
use super::ids::{ProtocolId, ServiceId};
use super::protocols::{DayWindow, Gap, HourWindow, Protocol};
use super::services::{Category, Kind, PHASE_INFUSION, PHASE_RECOVERY, Phase, Service};
use crate::words::Words;

/// Minutes for placing the line.
const PLACEMENT: i64 = 15;
/// Minutes of rest after an infusion (domain.md: 30 to 60).
const RECOVERY: i64 = 45;
/// Minutes of the coach's check-in, which ends with the rest.
const CHECK_IN: i64 = 15;
/// Minutes of a stellate ganglion block of one side.
const SGB: i64 = 45;
/// Minutes of the call that opens a session at home, and of the session itself.
const OPENING_CALL: i64 = 15;
const SESSION: i64 = 60;

fn phase(name: &str, offset: i64, minutes: i64, needs: &[Kind]) -> Phase {
    Phase { name: name.to_owned(), offset, minutes, needs: needs.to_vec() }
}

/// Line, infusion, rest and the coach's check-in, for an infusion of so many minutes.
fn infusion_phases(minutes: i64) -> Vec<Phase> {
    let rest = PLACEMENT + minutes;
    vec![
        phase("placement", 0, PLACEMENT, &[Kind::Clinician, Kind::InfusionRoom]),
        phase(PHASE_INFUSION, PLACEMENT, minutes, &[Kind::Clinician, Kind::InfusionRoom]),
        phase(PHASE_RECOVERY, rest, RECOVERY, &[Kind::Attendant, Kind::InfusionRoom]),
        phase("check-in", rest + RECOVERY - CHECK_IN, CHECK_IN, &[Kind::Coach]),
    ]
}

/// The block itself and the rest after it.
fn sgb_phases() -> Vec<Phase> {
    vec![
        phase("block", 0, SGB, &[Kind::Clinician, Kind::InfusionRoom]),
        phase(PHASE_RECOVERY, SGB, RECOVERY, &[Kind::Attendant, Kind::InfusionRoom]),
    ]
}

/// A session at home: a clinician opens it by video, then a nurse on call stays reachable until the patient is rested. No room.
fn home_phases() -> Vec<Phase> {
    vec![
        phase("opening call", 0, OPENING_CALL, &[Kind::Clinician]),
        phase("session", OPENING_CALL, SESSION, &[Kind::Attendant]),
        phase(PHASE_RECOVERY, OPENING_CALL + SESSION, RECOVERY, &[Kind::Attendant]),
    ]
}

/// The usual services, named in the clinic's language, in the order lists show them. Prices are in US cents.
pub fn services(w: Words) -> Vec<Service> {
    let service = |name: String, public: &str, category, dollars: i64, phases| Service {
        id: ServiceId::new(),
        name,
        public_name: w.t(public),
        category,
        venue: Venue::Clinic,
        companion: Companion::Driver,
        phases,
        price_cents: dollars * 100,
        active: true,
    };
    let talk = |name: &str, minutes: i64, needs: &[Kind]| vec![phase(name, 0, minutes, needs)];
    let infusion = |name: String, minutes, dollars| {
        service(name, "defaults-public-visit", Category::Treatment, dollars, infusion_phases(minutes))
    };
    let consultation = |key: &str, dollars| {
        let phases = talk("consultation", 60, &[Kind::Clinician, Kind::TalkRoom]);
        service(w.t(key), "defaults-public-consultation", Category::Consultation, dollars, phases)
    };
    vec![
        consultation("defaults-consultation", 250),
        infusion(w.t("defaults-infusion-45"), 45, 500),
        infusion(w.t("defaults-infusion-60"), 60, 550),
        infusion(w.t("defaults-infusion-90"), 90, 650),
        infusion(w.t("defaults-infusion-120"), 120, 750),
        infusion(w.t("defaults-kap-infusion"), 120, 750),
        service(
            w.t("defaults-coaching"),
            "defaults-public-talk",
            Category::Coaching,
            150,
            talk("coaching", 60, &[Kind::Coach]),
        ),
        service(
            w.t("defaults-preparation"),
            "defaults-public-preparation",
            Category::Preparation,
            150,
            talk("preparation", 60, &[Kind::Coach]),
        ),
        service(
            w.t("defaults-review"),
            "defaults-public-review",
            Category::Review,
            150,
            talk("review", 30, &[Kind::Clinician]),
        ),
        consultation("defaults-sgb-consultation", 400),
        service(
            w.t("defaults-sgb-treatment"),
            "defaults-public-visit",
            Category::Treatment,
            900,
            sgb_phases(),
        ),
        Service {
            venue: Venue::Home,
            companion: Companion::Sitter,
            ..service(
                w.t("defaults-home-session"),
                "defaults-public-home-session",
                Category::Treatment,
                250,
                home_phases(),
            )
        },
        Service {
            venue: Venue::Phone,
            ..service(
                w.t("defaults-preparation-call"),
                "defaults-public-call",
                Category::Preparation,
                100,
                talk("call", 45, &[Kind::Coach]),
            )
        },
        Service {
            venue: Venue::Phone,
            ..service(
                w.t("defaults-check-in-call"),
                "defaults-public-call",
                Category::Coaching,
                50,
                talk("call", 15, &[Kind::Attendant]),
            )
        },
    ]
}

/// The usual protocols over the services of [`services`]; one whose services are missing is left out.
pub fn protocols(w: Words, services: &[Service]) -> Vec<Protocol> {
    let find = |key: &str| {
        let name = w.t(key);
        services.iter().find(|service| service.name == name).map(|service| service.id)
    };
    let after_each =
        find("defaults-coaching").map(|service| HourWindow { service, min_hours: 48, max_hours: 72 });
    let before = find("defaults-preparation").map(|service| DayWindow { service, min_days: 1, max_days: 7 });
    let after_last = find("defaults-review").map(|service| DayWindow { service, min_days: 7, max_days: 14 });
    let weekly = Gap { min: 6, target: 7, max: 8 };
    let protocol = |name: &str, programme: &str, service, (visits_min, visits, visits_max), gap| Protocol {
        id: ProtocolId::new(),
        name: w.t(name),
        programme: w.t(programme),
        service,
        visits,
        visits_min,
        visits_max,
        gap,
        before: None,
        after_each,
        after_last: None,
        package_cents: None,
        active: true,
    };
    let induction = |name: &str, service: &str| {
        let service = find(service)?;
        let course = protocol(name, "defaults-programme-induction", service, (4, 6, 6), weekly);
        Some(Protocol { before, after_last, ..course })
    };
    let kap = find("defaults-kap-infusion").map(|service| {
        let gap = Gap { min: 6, target: 7, max: 14 };
        let course = protocol("defaults-kap", "defaults-programme-kap", service, (2, 2, 2), gap);
        Protocol { before, ..course }
    });
    let booster = find("defaults-infusion-60").map(|service| {
        protocol("defaults-booster", "defaults-programme-maintenance", service, (1, 1, 1), weekly)
    });
    // One side or both, on days of their own; nothing hangs on it.
    let sgb = find("defaults-sgb-treatment").map(|service| {
        let gap = Gap { min: 1, target: 7, max: 14 };
        let course = protocol("defaults-sgb", "defaults-programme-sgb", service, (1, 2, 2), gap);
        Protocol { after_each: None, ..course }
    });
    // The call comes on the next day: from morning to evening, whatever time the session was.
    let next_day =
        find("defaults-check-in-call").map(|service| HourWindow { service, min_hours: 12, max_hours: 32 });
    let call_before =
        find("defaults-preparation-call").map(|service| DayWindow { service, min_days: 1, max_days: 7 });
    let at_home = find("defaults-home-session").map(|service| {
        let course = protocol("defaults-home", "defaults-programme-home", service, (4, 6, 8), weekly);
        Protocol { before: call_before, after_each: next_day, ..course }
    });
    [
        induction("defaults-induction-60", "defaults-infusion-60"),
        induction("defaults-induction-45", "defaults-infusion-45"),
        induction("defaults-induction-90", "defaults-infusion-90"),
        kap,
        booster,
        induction("defaults-induction-120", "defaults-infusion-120"),
        sgb,
        at_home,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Monday to Friday, 9 to 5: weekday (0 Monday), from, to in minutes after midnight.
pub fn weekly_hours() -> Vec<(i64, i64, i64)> {
    (0..5).map(|weekday| (weekday, 9 * 60, 17 * 60)).collect()
}

/// Two rooms for infusions and one to talk in.
pub fn rooms(w: Words) -> Vec<(String, Vec<Kind>)> {
    vec![
        (w.t("defaults-room-1"), vec![Kind::InfusionRoom]),
        (w.t("defaults-room-2"), vec![Kind::InfusionRoom]),
        (w.t("defaults-room-3"), vec![Kind::TalkRoom]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::companions::place_faults;
    use crate::domain::services::{length, phase_faults};

    #[test]
    fn every_default_service_has_sound_phases_and_a_name_of_its_own() {
        let all = services(Words::default());
        for service in &all {
            assert!(phase_faults(&service.phases).is_empty(), "{}", service.name);
            let (category, venue, companion) = (service.category, service.venue, service.companion);
            assert!(place_faults(category, venue, companion).is_empty(), "{}", service.name);
            assert!(all.iter().filter(|other| other.name == service.name).count() == 1, "{}", service.name);
        }
    }

    #[test]
    fn the_check_in_ends_with_the_rest() {
        let phases = infusion_phases(60);
        assert_eq!((phases[3].offset, length(&phases)), (105, 120));
    }

    #[test]
    fn coaching_falls_48_to_72_hours_after_each_infusion() {
        let w = Words::default();
        let all = protocols(w, &services(w));
        assert_eq!(all.len(), 8);
        for protocol in &all {
            assert!((protocol.visits_min..=protocol.visits_max).contains(&protocol.visits));
            let window = protocol.after_each.map(|window| (window.min_hours, window.max_hours));
            let usual = match protocol.name.as_str() {
                "SGB" => None,
                "At home" => Some((12, 32)),
                _ => Some((48, 72)),
            };
            assert_eq!(window, usual, "{}", protocol.name);
        }
    }

    #[test]
    fn at_home_nothing_takes_a_room() {
        let w = Words::default();
        let services = services(w);
        let all = protocols(w, &services);
        let at_home = all.iter().find(|protocol| protocol.name == "At home").expect("the programme");
        for (_, id, _) in at_home.parts(at_home.visits) {
            let service = services.iter().find(|service| service.id == id).expect("a service");
            assert_ne!(service.venue, Venue::Clinic, "{}", service.name);
            assert!(service.kinds().iter().all(|kind| !kind.is_room()), "{}", service.name);
        }
    }

    #[test]
    fn an_induction_of_six_costs_its_infusions_talks_and_review() {
        let w = Words::default();
        let services = services(w);
        let price =
            |id| services.iter().find(|service| service.id == id).map_or(0, |service| service.price_cents);
        let all = protocols(w, &services);
        assert_eq!(all[0].total_cents(6, price), 6 * 55_000 + 15_000 + 6 * 15_000 + 15_000);
        assert_eq!(all[4].total_cents(1, price), 55_000 + 15_000);
    }

    #[test]
    fn protocols_without_their_services_are_left_out() {
        assert!(protocols(Words::default(), &[]).is_empty());
    }
}
