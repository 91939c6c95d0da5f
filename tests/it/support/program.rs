//! The built program in a process of its own: served, killed, waited for.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// How long anything may take before a test gives up (tens of milliseconds).
const PATIENCE: usize = 3000;

/// The program; killed when dropped.
pub struct Program(Child);

/// The program on a database, with nothing of this machine's settings.
fn on(database: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seriesbook"));
    command.args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SERIESBOOK_")) {
        command.env_remove(name);
    }
    command.env("SERIESBOOK_DATABASE_URL", database).env("SERIESBOOK_DATA_DIR", folder);
    command
}

/// Runs a command of the program to its end.
pub fn run(database: &str, folder: &Path, arguments: &[&str]) -> Output {
    on(database, folder, arguments).output().expect("the program runs")
}

impl Program {
    /// Serves on a free port and sends to a mail server, looking every second; `failpoint` is where it dies by itself.
    pub fn start(database: &str, folder: &Path, smtp: &str, failpoint: Option<&str>) -> Self {
        let mut command = on(database, folder, &["serve"]);
        command
            .env("SERIESBOOK_BIND", "127.0.0.1:0")
            .env("SERIESBOOK_BASE_URL", "http://clinic.test")
            .env("SERIESBOOK_SMTP_URL", smtp)
            .env("SERIESBOOK_TICK_SECONDS", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        match failpoint {
            Some(place) => command.env("FAILPOINTS", place),
            None => command.env_remove("FAILPOINTS"),
        };
        Self(command.spawn().expect("the program starts"))
    }

    /// Waits until it died by itself; `false` if it ended otherwise or lives on.
    pub async fn dies(&mut self) -> bool {
        for _ in 0..PATIENCE {
            if let Some(status) = self.0.try_wait().expect("its state") {
                return status.signal().is_some();
            }
            pause().await;
        }
        false
    }

    /// Kills it, as `kill -9` does.
    pub fn kill(&mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it is gone");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Waits until something is so; `false` if it never is.
pub async fn until(mut is_so: impl FnMut() -> bool) -> bool {
    for _ in 0..PATIENCE {
        if is_so() {
            return true;
        }
        pause().await;
    }
    false
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}
