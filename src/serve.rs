//! Serving: opens the store, listens, ticks, and stops in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use tracing_subscriber::EnvFilter;

use crate::actions::message_rules;
use crate::app::{App, create_app};
use crate::clock::Clock;
use crate::config::{Config, mask};
use crate::demo;
use crate::jobs::{self, Marker, Worker};
use crate::mail::transport::Transport;
use crate::store::{AuditContext, Store};
use crate::web::desk::demo_clock::OFFSET_SETTING;
use crate::words::Words;

/// How long running requests and sends may finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(25);

/// How the demo is to be; without effect on a clinic of one's own.
#[derive(Clone, Copy, Debug)]
pub struct DemoWish {
    /// Throw its database away first.
    pub fresh: bool,
    /// How many patients it knows when it is made up.
    pub patients: usize,
}

impl Default for DemoWish {
    fn default() -> Self {
        Self { fresh: false, patients: demo::PATIENTS }
    }
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the database, the address or the mail server's address cannot be used.
pub fn run(config: Config, wish: DemoWish) -> anyhow::Result<()> {
    start_log(&config);
    // Two workers keep memory small; hashing and planning run on threads of their own.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(serve(config, wish))
}

/// Keeps a second program off the embedded database: `--fresh` would replace the file under the first.
fn lock_folder(config: &Config) -> anyhow::Result<Option<std::fs::File>> {
    if config.database_url.is_some() {
        return Ok(None);
    }
    let name = if config.demo { "demo.lock" } else { "seriesbook.lock" };
    let path = config.data_dir.join(name);
    let file = std::fs::File::create(&path).with_context(|| path.display().to_string())?;
    if file.try_lock().is_err() {
        anyhow::bail!("data_dir {}: another Seriesbook is running on this folder", config.data_dir.display());
    }
    Ok(Some(file))
}

/// Whether messages can be kept as files there.
fn writable(folder: &std::path::Path) -> std::io::Result<()> {
    private_folder(folder)?;
    let probe = folder.join(".probe");
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

/// Makes a folder that only its owner can look into: it holds patients' data.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn start_log(config: &Config) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,lettre=warn,tokio_cron_scheduler=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        builder.json().init();
    } else {
        builder.compact().init();
    }
}

async fn serve(config: Config, wish: DemoWish) -> anyhow::Result<()> {
    if config.database_url.is_none() {
        private_folder(&config.data_dir)
            .with_context(|| format!("data_dir {}", config.data_dir.display()))?;
    }
    let _lock = lock_folder(&config)?;
    if config.smtp_url.is_none() {
        writable(&config.mail_dir).with_context(|| format!("mail_dir {}", config.mail_dir.display()))?;
    }
    if let Some(folder) = &config.bounce_maildir {
        jobs::look_for_mailbox(folder).with_context(|| format!("bounce_maildir {}", folder.display()))?;
    }
    if config.demo && wish.fresh {
        demo::erase(&config).await?;
    }
    let store = Store::open(&config.database())
        .await
        .with_context(|| format!("database_url {}", mask(&config.database())))?;
    store.migrate().await?;
    let clock = if config.demo {
        demo_clock(&store, &config, wish.patients).await?
    } else {
        real_clock(&store).await?
    };
    let transport = Transport::from_config(&config).map_err(anyhow::Error::msg)?;
    let app = App::new(store.clone(), clock, config);
    message_rules::ensure(&store, &app.config.rules, app.clock.now()).await?;
    let listener =
        TcpListener::bind(app.config.bind).await.with_context(|| format!("bind {}", app.config.bind))?;
    let address = listener.local_addr()?;
    announce(&app, address);

    let tasks = TaskTracker::new();
    let worker = Worker::new(app.clone(), transport).with_marker(Marker::from_config(&app.config));
    worker.look_for_restore().await.context("the marker file of mail")?;
    let mut scheduler = jobs::start(worker, &tasks).await?;
    let router = create_app(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop_signal());
    let outcome = tokio::select! {
        outcome = served => outcome,
        // A client that never finishes may not keep the program from stopping.
        () = async { stop_signal().await; tokio::time::sleep(GRACE).await } => Ok(()),
    };
    tracing::info!("stopping");
    tasks.close();
    scheduler.shutdown().await?;
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        tracing::warn!("a job did not end in time; what it claimed is free again when its lease ends");
    }
    store.close().await;
    outcome.map_err(Into::into)
}

/// The machine's clock, unless the database is a demo's: everybody knows the passwords of its accounts.
async fn real_clock(store: &Store) -> anyhow::Result<Clock> {
    let clock = Clock::system();
    if store.read(clock.now()).await?.setting(OFFSET_SETTING).await?.is_some() {
        anyhow::bail!(
            "this database holds the demo; name another one in SERIESBOOK_DATABASE_URL or run `seriesbook demo`"
        );
    }
    Ok(clock)
}

/// The demo's clock: where it was left, and the made-up clinic if there is none yet.
async fn demo_clock(store: &Store, config: &Config, patients: usize) -> anyhow::Result<Clock> {
    let real = Clock::system().now();
    let mut tx = store.read(real).await?;
    let mark = tx.setting(OFFSET_SETTING).await?;
    let offset: i64 = mark.as_ref().and_then(|text| text.parse().ok()).unwrap_or(0);
    let empty = !tx.has_staff().await?;
    drop(tx);
    if !empty && mark.is_none() {
        anyhow::bail!(
            "this database holds a clinic that is no demo; the demo would move its clock and its mail"
        );
    }
    let clock = Clock::shifted(TimeDelta::microseconds(offset));
    if empty {
        eprintln!("Making up a clinic. This takes a few seconds, once.");
        demo::seed(store, &config.rules, Words::default(), clock.now(), patients).await?;
        let mut tx = store.write(AuditContext::system(), clock.now()).await?;
        tx.set_setting(OFFSET_SETTING, "0").await?;
        tx.commit().await?;
        eprintln!("{}", demo::summary(store, clock.now()).await?);
    }
    Ok(clock)
}

fn announce(app: &App, address: SocketAddr) {
    let config = &app.config;
    println!("Seriesbook is at {} (listening on {address}).", config.base_url);
    for account in app.demo_accounts.iter() {
        println!("  {:<12} {}  password {}", account.role, account.email, account.password);
    }
    match &config.smtp_url {
        Some(url) => println!("Mail goes to {}.", mask(url)),
        None => println!(
            "Mail goes into {} and to the page Outbox; nobody receives it.",
            config.mail_dir.display()
        ),
    }
    tracing::info!(%address, "ready");
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        }
        _ => std::future::pending().await,
    }
}
