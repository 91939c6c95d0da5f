//! Which resource serves which need of one visit.

use super::instance::{Need, Service, Span};
use super::load::Load;
use super::table::Scene;

/// Whether a resource has room for every phase of a need.
pub(super) fn need_fits(load: &Load, need: &Need, resource: usize, start: i64) -> bool {
    need.spans.iter().all(|span| {
        let from = start + span.offset;
        load.fits(resource, from, from + span.minutes, span.units)
    })
}

/// Picks one resource per need from the lists, such that needs sharing a resource fit together.
pub(super) fn complete(scene: Scene, service: usize, start: i64, lists: &[Vec<usize>]) -> Option<Vec<usize>> {
    fn go(
        scene: Scene,
        service: &Service,
        start: i64,
        lists: &[Vec<usize>],
        chosen: &mut Vec<usize>,
    ) -> bool {
        let Some(list) = lists.get(chosen.len()) else {
            return true;
        };
        for &resource in list {
            chosen.push(resource);
            let alone = !service.entangled || together(scene, service, start, chosen);
            if alone && go(scene, service, start, lists, chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }
    let mut chosen = Vec::with_capacity(lists.len());
    let service = &scene.instance.services[service];
    go(scene, service, start, lists, &mut chosen).then_some(chosen)
}

/// Whether the last chosen resource still fits with the needs it already serves in this visit.
fn together(scene: Scene, service: &Service, start: i64, chosen: &[usize]) -> bool {
    let Some(&resource) = chosen.last() else {
        return true;
    };
    let served = chosen.iter().enumerate().filter(|c| *c.1 == resource);
    let spans: Vec<&Span> = served.flat_map(|c| &service.needs[c.0].spans).collect();
    // The units change only where a span starts, so the stretches between starts and ends suffice.
    let mut cuts: Vec<i64> = spans.iter().flat_map(|s| [s.offset, s.offset + s.minutes]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).all(|cut| {
        let (a, b) = (cut[0], cut[1]);
        let over = spans.iter().filter(|s| s.offset <= a && b <= s.offset + s.minutes);
        let units: u16 = over.map(|s| s.units).sum();
        units == 0 || scene.load.fits(resource, start + a, start + b, units)
    })
}
