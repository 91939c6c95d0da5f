//! A plan explained for a terminal: where each unit of cost comes from, and why a request is left.

use super::Words;
use super::reasons::{cost_text, id_text, reason_text, relaxation_text};
use crate::planner::{Instance, Plan, breakdown, explain};

/// Every planned course with the parts of its cost, which add up to it, and every request left with all rules that
/// bind and what would free it.
pub fn explained(w: Words, instance: &Instance, plan: &Plan) -> String {
    let mut lines: Vec<String> = Vec::new();
    for course in &plan.planned {
        let request = instance.request_id(course.request);
        let items = breakdown(instance, course.request, course);
        if items.is_empty() {
            lines.push(w.f("planner-explain-nothing", [("request", request)]));
            continue;
        }
        let cost = course.cost.to_string();
        lines.push(w.f("planner-explain-course", [("request", request), ("cost", &cost)]));
        for item in &items {
            lines.push(format!("{:>8}  {}", item.cost, cost_text(w, item, &id_text)));
        }
    }
    for left in &plan.unplanned {
        let request = instance.request_id(left.request);
        let cost = instance.cost_of_leaving(left.request).to_string();
        lines.push(w.f("planner-explain-left", [("request", request), ("cost", &cost)]));
        let explanation = explain(instance, left.request);
        let reasons = explanation.reasons().map(|reason| reason_text(w, reason));
        let frees = explanation.relaxations.iter().map(|relaxation| relaxation_text(w, relaxation));
        lines.extend(reasons.chain(frees).map(|sentence| format!("{:>8}  {sentence}", "")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::planner::generate::{Size, clinic};
    use crate::planner::{PlanOptions, plan};

    #[test]
    fn the_parts_of_each_cost_add_up_to_it() {
        let size = Size { requests: 4, clinicians: 2, weeks: 10, taken: 40 };
        let mut parts = 0;
        for seed in 0..3 {
            let instance = Instance::from_document(clinic(size, seed)).expect("a right document");
            let looks = std::sync::atomic::AtomicU64::new(0);
            let elapsed = || Duration::from_millis(looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let mut options = PlanOptions::new(&elapsed);
            options.deadline = Some(Duration::from_millis(20));
            let plan = plan(&instance, &options);
            let text = explained(Words::default(), &instance, &plan);
            for course in &plan.planned {
                let id = instance.request_id(course.request);
                let head = format!("{id} costs ");
                let mut lines = text.lines().skip_while(|line| !line.starts_with(&head));
                let said = lines.next().expect("every course is told").trim_start_matches(&head);
                let of_course = lines.take_while(|line| line.starts_with(' '));
                let costs = of_course.filter_map(|line| line.split_whitespace().next()?.parse::<i64>().ok());
                let costs: Vec<i64> = costs.collect();
                assert_eq!(costs.iter().sum::<i64>(), course.cost, "{text}");
                assert_eq!(said == "nothing.", course.cost == 0, "{text}");
                parts += costs.len();
            }
            assert!(!text.contains('«'), "a word is missing: {text}");
        }
        assert!(parts > 3, "the courses cost something");
    }
}
