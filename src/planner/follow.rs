//! On which weekdays a main visit can never be followed in time, and what is missing then.

use chrono::Weekday;

use super::assign::need_fits;
use super::instance::{Instance, Role};
use super::load::Load;
use super::localtime::DAY;
use super::reason::Missing;
use super::search::Search;
use super::table::Scene;

/// Weekdays on which main visits could be held, but none of them could be followed by its `after_each` visit, and
/// what is missing after those. No weekdays: each of them can be followed on some date.
pub(super) fn never_followed(instance: &Instance, q: usize) -> (Vec<Weekday>, Missing) {
    let load = Load::new(instance);
    let scene = Scene { instance, load: &load, request: q };
    let mut search = Search::new(scene, &[], 0);
    let mut mains: [Vec<i64>; 7] = Default::default();
    let mut followed = [false; 7];
    for day in 0..instance.days {
        let weekday = instance.time.weekday(day);
        let starts = search.main.day(scene, day).starts.clone();
        for &start in &starts {
            followed[weekday] = followed[weekday] || has_follower(&mut search, scene, start);
        }
        mains[weekday].extend(starts);
    }
    let never = (0u8..7).filter(|w| !followed[usize::from(*w)] && !mains[usize::from(*w)].is_empty());
    let never: Vec<u8> = never.collect();
    let starts = never.iter().flat_map(|w| &mains[usize::from(*w)]).copied();
    let missing = missing(&search, scene, starts);
    (never.into_iter().filter_map(|w| Weekday::try_from(w).ok()).collect(), missing)
}

/// Days on which the visit after a main visit could start; its window in UTC says exactly when.
fn days_after(search: &Search, start: i64) -> Option<(i64, i64)> {
    let after = search.scene.request().after_each.as_ref()?;
    let end = start + search.minutes(Role::Main);
    // The clock changes by at most a day anywhere.
    Some(((end + after.min).div_euclid(DAY) - 1, (end + after.max).div_euclid(DAY) + 1))
}

fn has_follower(search: &mut Search, scene: Scene, start: i64) -> bool {
    let (Some((low, high)), Some((first, last))) = (search.after_window(start), days_after(search, start))
    else {
        return false;
    };
    let Some(table) = search.after.as_mut() else { return false };
    (first..=last).any(|day| {
        let starts = &table.day(scene, day).starts;
        starts.iter().any(|s| (low..=high).contains(&scene.instance.time.utc(*s)))
    })
}

/// What is missing in the hours after all of these main visits.
fn missing(search: &Search, scene: Scene, mains: impl Iterator<Item = i64>) -> Missing {
    let instance = scene.instance;
    let Some(after) = &scene.request().after_each else { return Missing::Together };
    let service = &instance.services[after.service];
    let (mut inside, mut patient) = (false, false);
    // Per kind: whether one of its resources works at some start, and whether one is free.
    let mut kinds = vec![(false, false); service.needs.len()];
    for main in mains {
        let (Some((low, high)), Some((first, last))) = (search.after_window(main), days_after(search, main))
        else {
            continue;
        };
        for day in first.max(0)..=last.min(instance.days - 1) {
            let week = instance.time.weekday(day) * instance.starts_per_day();
            for n in 0..instance.starts_per_day() {
                let start = day * DAY + n as i64 * instance.grid;
                if !(low..=high).contains(&instance.time.utc(start)) {
                    continue;
                }
                inside = true;
                if !patient_can(scene, start, service.minutes) {
                    continue;
                }
                patient = true;
                for (need, found) in service.needs.iter().zip(&mut kinds) {
                    for one in need.serving.iter().filter(|s| s.open[week + n]) {
                        found.0 = true;
                        found.1 = found.1 || need_fits(scene.load, need, one.resource, start);
                    }
                }
            }
        }
    }
    if inside && !patient {
        return Missing::Patient;
    }
    let mut short = service.needs.iter().zip(&kinds).filter(|(_, found)| !found.1);
    match (short.next(), short.next()) {
        (Some((need, found)), None) if inside => {
            Missing::Kind { kind: instance.kinds[need.kind].clone(), works: found.0 }
        }
        _ => Missing::Together,
    }
}

/// Whether the patient's dates, absences and weekly times hold a visit.
fn patient_can(scene: Scene, start: i64, minutes: i64) -> bool {
    let (instance, request) = (scene.instance, scene.request());
    let end = start + minutes;
    let (first, last) = (start.div_euclid(DAY), (end - 1).div_euclid(DAY));
    last < instance.days
        && request.earliest.is_none_or(|day| first >= day)
        && request.latest.is_none_or(|day| last <= day)
        && request.unavailable.iter().all(|i| !(i.0 < end && start < i.1))
        && (!request.available.any || request.available.hold(&instance.time, start, end))
}
