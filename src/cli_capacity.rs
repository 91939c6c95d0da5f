//! `seriesbook capacity`: how many more series fit in the coming weeks, what binds, and what one more would add.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use clap::Args;
use serde_json::json;

use crate::actions::ActionError;
use crate::actions::capacity::{Question, choose, offered, question};
use crate::cli::{Exit, load_config, missing_file};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::services::Kind;
use crate::planner::document::{InstanceDoc, RequestDoc};
use crate::planner::{Capacity, CapacityOptions, Instance, InstanceError, Reason, capacity};
use crate::store::Store;
use crate::web::desk::demo_clock::OFFSET_SETTING;
use crate::words::Words;
use crate::words::capacity::Counted;
use crate::words::reasons::{id_text, reason_named};

const HELP: &str = "\
Series are inserted one after another, each planned whole and exactly against what is booked, held and inserted before, \
until none fits: so many fit for certain. Then it counts again with one more person or room of each kind, and with one \
more workday of each coach and of whoever binds.

--json prints {from, to, series: [...]}, one object per protocol: series (its name), fits, limit_reached, reason (why \
none fits, or null), first_start, last_start, starts, binding (a kind, or null), one_more: [{kind, adds, \
limit_reached}], one_more_day: [{kind, resource, weekday, adds, limit_reached}], and weeks: [{from, to, kinds: [{kind, \
open_minutes, taken_minutes, taken_with_minutes}]}]. Dates are YYYY-MM-DD, weekdays mon to sun; absences count as taken.

  seriesbook capacity --weeks 12
  seriesbook capacity --protocol \"Induction, 60 minutes\" --json
  seriesbook capacity --instance clinic.json";

#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(crate) struct CapacityArgs {
    /// Weeks to look at from today on; a series must lie in them from its first visit to its last.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(i64).range(1..=52))]
    weeks: i64,
    /// Count this protocol only (or, with --instance, this request); may be given several times.
    #[arg(long, value_name = "NAME")]
    protocol: Vec<String>,
    /// Stop counting a protocol at this many series.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Look at the demo's database.
    #[arg(long)]
    demo: bool,
    /// Read a planning instance instead of the database: each of its requests is a template, what is booked stays.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demo", "weeks"])]
    instance: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What to print and the exit status.
pub(crate) async fn run(args: CapacityArgs) -> Result<(), Exit> {
    let w = Words::default();
    let question = match &args.instance {
        Some(path) => from_file(w, path, &args.protocol)?,
        None => from_clinic(w, &args).await?,
    };
    if question.templates.is_empty() {
        return Err(Exit::usage(w.t("capacity-none-asked")));
    }
    print!("{}", answer(w, &args, &question).map_err(|error| Exit::usage(error.to_string()))?);
    Ok(())
}

/// A file's instance, each of its requests as a template.
fn from_file(w: Words, path: &Path, names: &[String]) -> Result<Question, Exit> {
    let text =
        std::fs::read_to_string(path).map_err(|error| Exit::usage(format!("{}: {error}", path.display())))?;
    let instance = Instance::parse(&text).map_err(|error| Exit::usage(error.to_string()))?;
    let base = instance.document().clone();
    let mut templates: Vec<RequestDoc> = Vec::new();
    for name in names {
        let found = base.requests.iter().find(|request| &request.id == name);
        let found = found.ok_or_else(|| unknown(w, name, base.requests.iter().map(|r| r.id.as_str())))?;
        if templates.iter().all(|template| &template.id != name) {
            templates.push(found.clone());
        }
    }
    if names.is_empty() {
        templates.clone_from(&base.requests);
    }
    Ok(Question { base, templates, names: HashMap::new() })
}

/// The clinic's tables.
async fn from_clinic(w: Words, args: &CapacityArgs) -> Result<Question, Exit> {
    let config = Config { demo: args.demo, ..load_config()? };
    let url = config.database();
    if let Some(path) = missing_file(&url) {
        return Err(Exit::usage(format!("there is no database at {path}")));
    }
    let store = Store::open(&url).await.map_err(Exit::failure)?;
    let clock = clock(&store, args.demo).await?;
    let mut tx = store.read(clock.now()).await.map_err(Exit::failure)?;
    let site = tx.site().await.map_err(Exit::failure)?;
    let site = site.ok_or_else(|| Exit::usage("the clinic is empty: set it up first"))?;
    let all = offered(&mut tx, site.id).await.map_err(failure)?;
    let chosen = choose(&all, &args.protocol)
        .map_err(|name| unknown(w, &name, all.iter().map(|protocol| protocol.name.as_str())))?;
    let question = question(&mut tx, &site, &chosen, args.weeks).await.map_err(failure)?;
    drop(tx);
    store.close().await;
    Ok(question)
}

/// The machine's clock; the demo's stands where it was left.
async fn clock(store: &Store, demo: bool) -> Result<Clock, Exit> {
    let real = Clock::system();
    if !demo {
        return Ok(real);
    }
    let mut tx = store.read(real.now()).await.map_err(Exit::failure)?;
    let offset = tx.setting(OFFSET_SETTING).await.map_err(Exit::failure)?;
    let micros: i64 = offset.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Clock::shifted(TimeDelta::microseconds(micros)))
}

fn failure(error: ActionError) -> Exit {
    Exit::failure(error)
}

fn unknown<'a>(w: Words, name: &str, offered: impl Iterator<Item = &'a str>) -> Exit {
    let offered = offered.collect::<Vec<_>>().join("; ");
    let line = w.f("capacity-no-protocol", [("name", name), ("offered", &offered)]);
    Exit::usage(line.replace(char::is_control, " "))
}

/// Counts every template and puts the result in words, or in JSON.
fn answer(w: Words, args: &CapacityArgs, question: &Question) -> Result<String, InstanceError> {
    let days_of = [Kind::Coach.to_string()];
    let options = CapacityOptions { most: usize::from(args.limit), days_of: &days_of, stop: &|| false };
    let mut series: Vec<Capacity> = Vec::with_capacity(question.templates.len());
    // A large instance takes minutes: somebody at a terminal sees how far it is.
    let watched = std::io::stderr().is_terminal() && question.templates.len() > 1;
    for template in &question.templates {
        if watched {
            eprintln!("{} of {}: {}", series.len() + 1, question.templates.len(), template.id);
        }
        series.push(capacity(&question.base, template, &options)?);
    }
    let label = |id: &str| name(w, question, id);
    if args.json {
        let words = |reason: &Reason| reason_named(w, reason, &label);
        let one = |counted: &Capacity| counted.to_json(&words, &label);
        let horizon = &question.base.horizon;
        let list = series.iter().map(one).collect::<Vec<_>>();
        let json = json!({"from": horizon.from, "to": horizon.to, "series": list});
        return Ok(format!("{json:#}\n"));
    }
    let (from, to) = dates(&question.base);
    Ok(Counted { from, to, series: &series }.text(w, &label))
}

/// The horizon's dates; compiling the instance has checked them.
fn dates(base: &InstanceDoc) -> (NaiveDate, NaiveDate) {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
    (date(&base.horizon.from), date(&base.horizon.to))
}

/// Names of the clinic's people, rooms, kinds and services; an instance's ids are read as words.
fn name(w: Words, question: &Question, id: &str) -> String {
    if let Some(name) = question.names.get(id) {
        return name.clone();
    }
    if question.templates.iter().any(|template| template.id == id) {
        return id.to_owned();
    }
    match Kind::parse(id) {
        Some(kind) => w.t(kind.word_key()).to_lowercase(),
        None => id_text(id),
    }
}
