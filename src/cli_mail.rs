//! `seriesbook mail`: hold all mail, say what waits, let it go again; by hand, and after a restored backup of a PostgreSQL database.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::actions::Actor;
use crate::actions::mail_hold::{self, Release};
use crate::cli::{Exit, load_config, missing_file};
use crate::clock::Clock;
use crate::domain::mail_brake::HoldReason;
use crate::store::{AuditContext, Store};
use crate::words::Words;
use crate::words::format::Format;

const HELP: &str = "\
While mail is held nothing goes to anybody; messages wait and nothing is lost. The program holds mail by itself when more \
would go in a minute than mail_flood_per_minute allows, and when it finds that its database was restored from a backup: it \
then knows nothing of what went since, and would send it again.

It notices a restored SQLite database by the file mail-....marker beside it. With PostgreSQL each instance keeps such a file \
in its data directory and notices what it sent itself; to be certain, run `seriesbook mail hold --restored` right after \
restoring, before any instance starts. Do the same if you restored a whole folder, marker file included.

  seriesbook mail status
  seriesbook mail hold --restored
  seriesbook mail release --drop-before 2026-12-01T15:00:00Z";

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum MailCommand {
    /// Say whether mail goes, and what is due.
    Status,
    /// Hold all mail until it is released, here or on the page Outbox.
    Hold(HoldArgs),
    /// Let held mail go again; without an option, everything that is due.
    Release(ReleaseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct HoldArgs {
    /// The database was restored from a backup: what waits may have gone already.
    #[arg(long)]
    restored: bool,
    /// Why, for whoever releases it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    /// End what is of no use any more, without a line each on the worklist.
    #[arg(long, conflicts_with = "drop_before")]
    useful: bool,
    /// Leave out what was due before this time, such as 2026-12-01T15:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = parse_instant)]
    drop_before: Option<DateTime<Utc>>,
}

fn parse_instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|_| "a time with its zone, such as 2026-12-01T15:00:00Z".to_owned())
}

/// Runs the command.
///
/// # Errors
/// What to print and the exit status.
pub(crate) async fn run(command: MailCommand) -> Result<(), Exit> {
    let url = load_config()?.database();
    if let Some(path) = missing_file(&url) {
        return Err(Exit::failure(format!("there is no database at {path}")));
    }
    let store = Store::open(&url).await.map_err(Exit::failure)?;
    store.migrate().await.map_err(Exit::failure)?;
    let said = match command {
        MailCommand::Status => status(&store).await?,
        MailCommand::Hold(args) => hold(&store, &args).await?,
        MailCommand::Release(args) => release(&store, &args).await?,
    };
    store.close().await;
    println!("{said}");
    Ok(())
}

fn who() -> AuditContext {
    AuditContext { actor: "command line".to_owned(), ..AuditContext::default() }
}

async fn status(store: &Store) -> Result<String, Exit> {
    let (w, now) = (Words::default(), Clock::system().now());
    let mut tx = store.read(now).await.map_err(Exit::failure)?;
    let site = tx.site().await.map_err(Exit::failure)?;
    let zone = site.as_ref().map_or(chrono_tz::UTC, |site| site.timezone);
    let f = Format::new(zone, now);
    let mut lines = Vec::new();
    lines.push(match tx.standing_hold().await.map_err(Exit::failure)? {
        Some(hold) => {
            let (since, why) = (f.when(hold.held_at), w.t(hold.reason.word_key()));
            let by = hold.held_by.as_str();
            w.f("cli-mail-held", [("since", since.as_str()), ("why", why.as_str()), ("by", by)])
        }
        None => w.t("cli-mail-open"),
    });
    let waiting = match &site {
        Some(site) => tx.waiting_by_stage(site.id).await.map_err(Exit::failure)?,
        None => Vec::new(),
    };
    let oldest = waiting.iter().map(|stage| stage.oldest).min();
    let newest = waiting.iter().map(|stage| stage.newest).max();
    lines.push(match (oldest, newest) {
        (Some(oldest), Some(newest)) => {
            let useful: i64 = waiting.iter().map(|stage| stage.useful).sum();
            let (useful, oldest, newest) = (useful.to_string(), f.when(oldest), f.when(newest));
            let args =
                [("useful", useful.as_str()), ("oldest", oldest.as_str()), ("newest", newest.as_str())];
            w.nf("cli-mail-waiting", waiting.iter().map(|stage| stage.number).sum(), args)
        }
        _ => w.t("cli-mail-none-waiting"),
    });
    for stage in &waiting {
        lines.push(format!("{:>6}  {}", stage.number, w.t(stage.stage.word_key())));
    }
    Ok(lines.join("\n"))
}

async fn hold(store: &Store, args: &HoldArgs) -> Result<String, Exit> {
    let reason = if args.restored { HoldReason::Restore } else { HoldReason::Staff };
    let mut tx = store.write(who(), Clock::system().now()).await.map_err(Exit::failure)?;
    let made = mail_hold::hold(&mut tx, &Actor::System, reason, args.why.trim(), None)
        .await
        .map_err(Exit::failure)?;
    tx.commit().await.map_err(Exit::failure)?;
    Ok(Words::default().t(if made { "cli-mail-now-held" } else { "cli-mail-was-held" }))
}

async fn release(store: &Store, args: &ReleaseArgs) -> Result<String, Exit> {
    let w = Words::default();
    let mut tx = store.write(who(), Clock::system().now()).await.map_err(Exit::failure)?;
    let Some(hold) = tx.standing_hold().await.map_err(Exit::failure)? else {
        return Err(Exit::failure(w.t("cli-mail-not-held")));
    };
    let Some(site) = tx.site().await.map_err(Exit::failure)? else {
        tx.release_hold(hold.id, "command line").await.map_err(Exit::failure)?;
        tx.commit().await.map_err(Exit::failure)?;
        return Ok(w.t("cli-mail-open"));
    };
    let how = match (args.drop_before, args.useful) {
        (Some(before), _) => Release::DropBefore(before),
        (None, true) => Release::Useful,
        (None, false) => Release::All,
    };
    let done =
        mail_hold::release(&mut tx, &Actor::System, site.id, hold.id, how).await.map_err(Exit::failure)?;
    tx.commit().await.map_err(Exit::failure)?;
    let (going, ended) = (w.n("hold-going", done.going), w.n("hold-ended", done.ended));
    Ok(w.f("cli-mail-released", [("going", going.as_str()), ("ended", ended.as_str())]))
}
