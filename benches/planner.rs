//! The planner's figures: many courses at once, and how time and memory grow. `cargo bench --bench planner -- help` lists the tables.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that fails should stop")]

use std::cell::RefCell;
use std::time::{Duration, Instant};

use seriesbook::planner::generate::{Size, clinic};
use seriesbook::planner::{Instance, Plan, PlanOptions, check, plan};

const HELP: &str = "cargo bench --bench planner -- TABLE
  cohorts [SEEDS]   20 to 80 requests, 2 to 8 clinicians, two seconds each
  growth            10 to 300 requests and 6 to 52 weeks: time, cost, memory
  one REQUESTS CLINICIANS WEEKS TAKEN SEED [MS]   one generated instance
  dump DIR [SEEDS]  the instances of `cohorts` as files, for any other solver
  file PATH MS      an instance from a file";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<i64>().expect("a number");
    match args.as_slice() {
        ["cohorts"] => cohorts(2),
        ["cohorts", seeds] => cohorts(number(seeds)),
        ["growth"] => growth(),
        ["one", r, c, w, t, s, rest @ ..] => {
            let size = size(number(r), number(c), number(w), number(t));
            report(
                &Instance::from_document(clinic(size, number(s) as u64)).unwrap(),
                rest.first().map_or(2000, |m| number(m) as u64),
            );
        }
        ["dump", dir] => dump(dir, 2),
        ["dump", dir, seeds] => dump(dir, number(seeds)),
        ["file", path, ms] => {
            let text = std::fs::read_to_string(path).unwrap();
            report(&Instance::parse(&text).unwrap(), number(ms) as u64);
        }
        _ => println!("{HELP}"),
    }
}

fn size(requests: i64, clinicians: i64, weeks: i64, taken: i64) -> Size {
    Size { requests: requests as usize, clinicians: clinicians as usize, weeks, taken: taken as usize }
}

/// Sizes of the cohorts: (requests, clinicians).
const COHORTS: [(i64, i64); 8] = [(20, 2), (20, 3), (40, 3), (40, 5), (60, 4), (60, 6), (80, 5), (80, 8)];

fn cohorts(seeds: i64) {
    println!("{} cores, 14 weeks, 40 % taken, two seconds each", cores());
    for (requests, clinicians) in COHORTS {
        for seed in 0..seeds {
            print!("{requests} requests, {clinicians} clinicians, seed {seed}: ");
            let document = clinic(size(requests, clinicians, 14, 40), seed as u64);
            report(&Instance::from_document(document).unwrap(), 2000);
        }
    }
}

fn growth() {
    println!("{} cores, 6 clinicians, 30 % taken, two seconds each; a process of its own per row", cores());
    let me = std::env::current_exe().unwrap();
    let mut rows: Vec<(i64, i64)> = [10, 20, 40, 80, 160, 300].into_iter().map(|n| (n, 14)).collect();
    rows.extend([6, 26, 52].into_iter().map(|weeks| (40, weeks)));
    for (requests, weeks) in rows {
        print!("{requests:4} requests, {weeks:2} weeks: ");
        std::io::Write::flush(&mut std::io::stdout()).unwrap();
        let args =
            ["one".to_owned(), requests.to_string(), "6".into(), weeks.to_string(), "30".into(), "1".into()];
        std::process::Command::new(&me).args(args).status().unwrap();
    }
}

fn dump(dir: &str, seeds: i64) {
    std::fs::create_dir_all(dir).unwrap();
    for (requests, clinicians) in COHORTS {
        for seed in 0..seeds {
            let document = clinic(size(requests, clinicians, 14, 40), seed as u64);
            let path = format!("{dir}/{requests}-{clinicians}-{seed}.json");
            std::fs::write(path, serde_json::to_string(&document).unwrap()).unwrap();
        }
    }
}

fn report(instance: &Instance, ms: u64) {
    let start = Instant::now();
    let elapsed = || start.elapsed();
    let seen: RefCell<Vec<(Duration, i64)>> = RefCell::new(Vec::new());
    let progress = |plan: &Plan| seen.borrow_mut().push((start.elapsed(), plan.cost));
    let mut options = PlanOptions::new(&elapsed);
    options.deadline = Some(Duration::from_millis(ms));
    options.progress = Some(&progress);
    let plan = plan(instance, &options);
    let took = start.elapsed();
    assert_eq!(check(instance, &plan), Vec::new());
    let seen = seen.borrow();
    let first = seen.first().map_or((took, plan.cost), |s| *s);
    println!(
        "first {} after {} ms, best {} (bound {}, {} of {} planned) after {} ms, {} MiB",
        first.1,
        first.0.as_millis(),
        plan.cost,
        plan.lower_bound,
        plan.planned.len(),
        instance.request_count(),
        took.as_millis(),
        peak() / 1024,
    );
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// Peak resident memory in KiB, as Linux counts it; 0 elsewhere.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}
