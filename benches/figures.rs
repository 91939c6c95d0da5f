//! The figures the project states, measured: planning one course for every patient of the demo who may have one, and single
//! instances over fourteen weeks. Run with `cargo bench --bench figures`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that fails should stop")]

use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use seriesbook::actions::plan::{Planned, Wishes, plan_best, plan_courses};
use seriesbook::config::Config;
use seriesbook::demo;
use seriesbook::domain::candidacy::Outcome;
use seriesbook::planner::{Instance, PlanOptions, generate, plan};
use seriesbook::store::Store;
use seriesbook::words::Words;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build().unwrap();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores");
    single_instances();
    runtime.block_on(demo_patients());
}

/// 500 random single instances over a 14-week horizon, each compiled and planned to the proved optimum.
fn single_instances() {
    let mut spent = Vec::new();
    for seed in 0..500 {
        let size = generate::Size { requests: 1, clinicians: 3, weeks: 14, taken: 60 };
        let document = generate::clinic(size, seed);
        let start = Instant::now();
        let instance = Instance::from_document(document).expect("a sound instance");
        let compiled = start.elapsed();
        let elapsed = move || start.elapsed();
        let plan = plan(&instance, &PlanOptions::new(&elapsed));
        assert_eq!(plan.cost, plan.lower_bound, "a single course is proved");
        spent.push((compiled, start.elapsed()));
    }
    let mut whole: Vec<Duration> = spent.iter().map(|(_, whole)| *whole).collect();
    let mut search: Vec<Duration> = spent.iter().map(|(compiled, whole)| *whole - *compiled).collect();
    report("single instance, 14 weeks: compile and plan", &mut whole);
    report("single instance, 14 weeks: plan alone", &mut search);
}

/// Three courses offered for each patient of the demo with a standing decision, as the page asks for them: tables read, instance
/// built, best course and two alternatives found.
async fn demo_patients() {
    let folder = tempfile::tempdir().unwrap();
    let now = Utc.with_ymd_and_hms(2026, 11, 20, 15, 0, 0).unwrap();
    let config = Config::load(std::iter::empty()).unwrap();
    let store =
        Store::open(&format!("sqlite:{}", folder.path().join("demo.sqlite").display())).await.unwrap();
    store.migrate().await.unwrap();
    let start = Instant::now();
    demo::seed(&store, &config.rules, Words::default(), now, demo::PATIENTS).await.unwrap();
    println!("making up the demo clinic: {:.1} s", start.elapsed().as_secs_f64());
    let mut tx = store.read(now).await.unwrap();
    let site = tx.site().await.unwrap().unwrap();
    let patients = tx.newest_patients(site.id, 1000).await.unwrap();
    let (mut best, mut spent, mut offered, mut impossible) = (Vec::new(), Vec::new(), 0, 0);
    for patient in patients {
        let decision = tx.decision_of(patient.id).await.unwrap();
        let Some(decision) = decision.filter(|decision| decision.outcome == Outcome::Suitable) else {
            continue;
        };
        let Some(protocol) = tx.protocol(decision.protocol_id.unwrap()).await.unwrap() else { continue };
        let wishes = Wishes {
            protocol: protocol.id,
            visits: protocol.visits_max.min(6),
            earliest: now.date_naive(),
            weekdays: Vec::new(),
            rather_weekdays: Vec::new(),
            must_hours: None,
            rather_hours: None,
            away: Vec::new(),
            must_with: None,
            rather_with: None,
            pins: Vec::new(),
            excluded: Vec::new(),
        };
        let start = Instant::now();
        if plan_best(&mut tx, Words::default(), &site, patient.id, &wishes).await.is_ok() {
            best.push(start.elapsed());
        }
        let start = Instant::now();
        let planned = plan_courses(&mut tx, Words::default(), &site, patient.id, &wishes).await;
        let took = start.elapsed();
        match planned {
            Ok(Planned::Courses(courses)) => {
                spent.push(took);
                offered += courses.len();
            }
            Ok(Planned::Impossible { .. }) => impossible += 1,
            Err(_) => {}
        }
    }
    println!("{} patients planned, {offered} courses offered, {impossible} without a course", spent.len());
    report("planning one course for a demo patient", &mut best);
    report("planning up to three courses for a demo patient", &mut spent);
}

fn report(what: &str, spent: &mut [Duration]) {
    spent.sort_unstable();
    let at = |share: usize| spent.get((spent.len() * share / 100).min(spent.len().saturating_sub(1)));
    let ms = |share| at(share).map_or(0.0, Duration::as_secs_f64) * 1000.0;
    println!(
        "{what}: median {:.1} ms, p95 {:.1} ms, most {:.1} ms, n {}",
        ms(50),
        ms(95),
        ms(100),
        spent.len()
    );
}
