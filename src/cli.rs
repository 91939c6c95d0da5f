//! The commands: serve, demo, plan, capacity, mail, config, user, audit.

use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

use crate::actions::settings::{NewStaff, add_staff};
use crate::actions::setup::{NewClinic, set_up};
use crate::actions::{ActionError, Actor};
use crate::auth::password;
use crate::cli_capacity::{self, CapacityArgs};
use crate::cli_mail::{self, MailCommand};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::patients::{parse_email, parse_name};
use crate::domain::roles::{Role, Roles};
use crate::planner::{Instance, PlanOptions, plan};
use crate::store::{AuditContext, Store};
use crate::words::Words;
use crate::words::explained::explained;
use crate::words::reasons::reason_text;

/// Plans, books, confirms and reminds whole courses of treatment.
#[derive(Debug, Parser)]
#[command(
    name = "seriesbook",
    version,
    about = "Clinic scheduling and series planner: plans, books, confirms and reminds whole courses of treatment.",
    after_help = "Without a command it serves the clinic. Settings: `seriesbook config print` shows every one with its \
                  default; each can be given by a variable, such as SERIESBOOK_BIND or SERIESBOOK_DATABASE_URL."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the clinic (the default).
    Serve,
    /// Serve a made-up busy clinic with a clock that can be moved, to look around.
    Demo(DemoArgs),
    /// Plan an instance from a file and print the plan as JSON.
    Plan(PlanArgs),
    /// Count how many more series fit in the coming weeks, what binds, and what one more would add.
    Capacity(CapacityArgs),
    /// Hold all mail, say what waits, let it go again.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Show or check the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Manage staff accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Check the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Throw the demo's database away and start anew.
    #[arg(long)]
    fresh: bool,
    /// Grow the clinic's past until it knows about so many patients, when it is made up anew. 2000 take some minutes.
    #[arg(long, value_name = "COUNT", default_value_t = crate::demo::PATIENTS, value_parser = patients())]
    patients: usize,
}

#[derive(Debug, Args)]
struct PlanArgs {
    /// The instance, as JSON.
    instance: PathBuf,
    /// Stop improving after this many milliseconds (several requests; one request is always planned to the optimum).
    #[arg(long, value_name = "MS")]
    deadline_ms: Option<u64>,
    /// Seed of the search, for repeatable runs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also say, on standard error, where each course's cost comes from; of each request that is left, every rule that
    /// binds and what would free it.
    #[arg(long)]
    explain: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the commented default settings, a file to start from.
    Print,
    /// Check the settings in force and print them, passwords masked.
    Check,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add an account; the first one makes its clinic too.
    Add(UserAddArgs),
}

#[derive(Debug, Args)]
struct UserAddArgs {
    /// Sign-in name.
    #[arg(long)]
    email: String,
    /// Full name; the part of the email before the @ if left out.
    #[arg(long)]
    name: Option<String>,
    /// Role: front_desk, clinician, attendant, coach or owner. May be given several times.
    #[arg(long, required = true, value_parser = parse_role)]
    role: Vec<Role>,
    /// Read the password (12 characters or more) from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Recompute the chain of hashes and name the first bad row.
    Verify {
        /// Check the demo's database.
        #[arg(long)]
        demo: bool,
    },
}

/// As many patients as a clinic ever knew, and as one machine makes up in a night.
fn patients() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=20_000)
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "one of front_desk, clinician, attendant, coach, owner".to_owned())
}

/// Why a command ended: its exit status and what it says.
#[derive(Debug)]
pub struct Exit {
    /// Exit status: 1 failure, 2 wrong use or input.
    pub status: u8,
    /// One or more lines for standard error.
    pub message: String,
}

impl Exit {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: 2, message: message.into() }
    }

    pub(crate) fn failure(message: impl std::fmt::Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What to print and the exit status.
    pub fn run(self) -> Result<(), Exit> {
        match self.command.unwrap_or(Command::Serve) {
            Command::Plan(args) => plan_file(&args),
            Command::Capacity(args) => run_async(cli_capacity::run(args)),
            Command::Mail(command) => run_async(cli_mail::run(command)),
            Command::Config(ConfigCommand::Print) => {
                print!("{}", config::DEFAULT);
                Ok(())
            }
            Command::Config(ConfigCommand::Check) => {
                print!("{}", load_config()?.shown());
                Ok(())
            }
            Command::Serve => crate::serve::run(load_config()?, crate::serve::DemoWish::default())
                .map_err(|error| Exit::failure(format!("{error:#}"))),
            Command::Demo(args) => {
                let config = Config { demo: true, ..load_config()? };
                let wish = crate::serve::DemoWish { fresh: args.fresh, patients: args.patients };
                crate::serve::run(config, wish).map_err(|error| Exit::failure(format!("{error:#}")))
            }
            Command::User(UserCommand::Add(args)) => run_async(add_user(args)),
            Command::Audit(AuditCommand::Verify { demo }) => run_async(verify_audit(demo)),
        }
    }
}

pub(crate) fn load_config() -> Result<Config, Exit> {
    Config::load(std::env::vars()).map_err(|error| Exit::usage(error.to_string()))
}

fn run_async(work: impl Future<Output = Result<(), Exit>>) -> Result<(), Exit> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(Exit::failure)?
        .block_on(work)
}

fn plan_file(args: &PlanArgs) -> Result<(), Exit> {
    let path = &args.instance;
    let text =
        std::fs::read_to_string(path).map_err(|error| Exit::usage(format!("{}: {error}", path.display())))?;
    let instance = Instance::parse(&text).map_err(|error| Exit::usage(error.to_string()))?;
    let start = Instant::now();
    let elapsed = move || start.elapsed();
    let mut options = PlanOptions::new(&elapsed);
    options.seed = args.seed;
    options.deadline = args.deadline_ms.map(Duration::from_millis);
    let plan = plan(&instance, &options);
    let words = Words::default();
    let json = plan.to_json(&instance, &|reason| reason_text(words, reason));
    let text = serde_json::to_string_pretty(&json).map_err(Exit::failure)?;
    println!("{text}");
    if args.explain {
        eprintln!("{}", explained(words, &instance, &plan));
    }
    Ok(())
}

/// The file of a SQLite address that is not there. Opening would make an empty database, and a wrong folder would look
/// like one in order.
pub(crate) fn missing_file(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    (!std::path::Path::new(path).exists()).then_some(path)
}

async fn open_store(config: &Config) -> Result<Store, Exit> {
    if config.database_url.is_none() {
        crate::serve::private_folder(&config.data_dir)
            .map_err(|error| Exit::failure(format!("{}: {error}", config.data_dir.display())))?;
    }
    let store = Store::open(&config.database()).await.map_err(Exit::failure)?;
    store.migrate().await.map_err(Exit::failure)?;
    Ok(store)
}

async fn add_user(args: UserAddArgs) -> Result<(), Exit> {
    let config = load_config()?;
    let email =
        parse_email(&args.email).ok_or_else(|| Exit::usage(format!("{} is no email address", args.email)))?;
    let name = args.name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let name = parse_name(&name).ok_or_else(|| Exit::usage(format!("{name:?} is no name: use --name")))?;
    let mut typed = String::new();
    std::io::stdin().take(4096).read_to_string(&mut typed).map_err(Exit::failure)?;
    let typed = typed.trim_end_matches(['\r', '\n']);
    if typed.chars().count() < password::MIN_LENGTH {
        return Err(Exit::usage(format!(
            "the password must have {} characters or more",
            password::MIN_LENGTH
        )));
    }
    let password_hash = password::hash(typed).await.map_err(Exit::failure)?;
    let store = open_store(&config).await?;
    let roles = Roles::new(args.role);
    let now = Clock::system().now();
    let who = AuditContext { actor: "command line".to_owned(), ..AuditContext::default() };
    let mut tx = store.write(who, now).await.map_err(Exit::failure)?;
    let site = tx.site().await.map_err(Exit::failure)?;
    match site {
        Some(site) => {
            let new = NewStaff { full_name: name, email: email.clone(), roles, password_hash };
            match add_staff(&mut tx, &Actor::System, site.id, new).await {
                Ok(_) => {}
                Err(ActionError::Refused(key)) => return Err(Exit::usage(Words::default().t(key))),
                Err(error) => return Err(Exit::failure(error)),
            }
        }
        None if roles.has(Role::Owner) => {
            let new = NewClinic {
                name: "New clinic".to_owned(),
                zone: chrono_tz::America::New_York,
                phone: "+1 555 010 0100".to_owned(),
                email: email.clone(),
                address: "Enter the address in the settings".to_owned(),
                owner_name: name,
                owner_email: email.clone(),
                owner_password_hash: password_hash,
                usual: true,
            };
            let (_, owner) =
                set_up(&mut tx, Words::default(), &config.rules, new).await.map_err(Exit::failure)?;
            if roles != owner.roles {
                let staff = crate::store::staff::Staff { roles, ..owner };
                tx.update_staff(&staff).await.map_err(Exit::failure)?;
            }
        }
        None => return Err(Exit::usage("the clinic is empty: add an owner first (--role owner)")),
    }
    tx.commit().await.map_err(Exit::failure)?;
    store.close().await;
    println!("added {email}");
    Ok(())
}

async fn verify_audit(demo: bool) -> Result<(), Exit> {
    let config = Config { demo, ..load_config()? };
    let url = config.database();
    if let Some(path) = missing_file(&url) {
        return Err(Exit::failure(format!("there is no database at {path}")));
    }
    let store = Store::open(&url).await.map_err(Exit::failure)?;
    let mut tx = store.read(Clock::system().now()).await.map_err(Exit::failure)?;
    let (mut number, mut previous) = (0, vec![0; 32]);
    loop {
        let rows = tx.audit_after(number, 1000).await.map_err(Exit::failure)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.number != number + 1 || row.previous_hash != previous || row.hash != row.expected_hash() {
                return Err(Exit::failure(format!("the audit log is broken at row {}", number + 1)));
            }
            (number, previous) = (row.number, row.hash);
        }
    }
    let head = tx.audit_head().await.map_err(Exit::failure)?;
    if head != (number, previous) {
        return Err(Exit::failure(format!(
            "the audit log ends at row {number}, but {} were written",
            head.0
        )));
    }
    println!("{}: {number} rows, unbroken", config::mask(&url));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_makes_up_no_more_patients_than_a_clinic_could_know() {
        let asked = |count: &str| Cli::try_parse_from(["seriesbook", "demo", "--patients", count]);
        for count in ["0", "-1", "20001", "99999999", "many"] {
            assert!(asked(count).is_err(), "{count}");
        }
        assert!(asked("2000").is_ok());
    }
}
