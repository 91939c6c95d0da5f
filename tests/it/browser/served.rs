//! The program as the browser finds it: served over HTTP, its mail going to a real server, its clock held.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use seriesbook::app::create_app;
use tokio::net::TcpListener;

use crate::support::browser::Chromium;
use crate::support::clinic::{Clinic, PASSWORD};
use crate::support::databases::sqlite;
use crate::support::smtp::{Mail, SmtpServer};

/// What a thumb and a screen reader need: no sideways scrolling, buttons 44 pixels high, a name for every control.
pub const FAULTS: &str = "const faults = [], root = document.documentElement;
    if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide on a screen of ${innerWidth}`);
    const shown = (one) => one.getClientRects().length > 0;
    for (const one of document.querySelectorAll('button, a.button')) {
        const { height } = one.getBoundingClientRect();
        if (shown(one) && arguments[0] && height < 44) faults.push(`“${one.textContent.trim()}” is ${height} high`);
        if (!(one.textContent.trim() || one.ariaLabel)) faults.push(`a button without words: ${one.outerHTML}`);
    }
    for (const one of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
        const labels = [...one.labels].some((label) => label.textContent.trim());
        if (!labels && !one.ariaLabel && !one.getAttribute('aria-labelledby'))
            faults.push(`a control without a label: ${one.outerHTML}`);
    }
    return faults;";

/// The program serving a clinic on a port of its own, its mail going to a real server.
pub struct Served {
    /// The clinic.
    pub clinic: Clinic,
    base: String,
    /// Where its mail goes.
    pub smtp: SmtpServer,
    server: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Starts it on an empty SQLite database.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let smtp = SmtpServer::start();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let clinic = Clinic::with(sqlite(&folder).await, |config| {
            config.base_url.clone_from(&base);
            config.smtp_url = Some(smtp.url());
        })
        .await;
        let router = create_app(clinic.app.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { clinic, base, smtp, server, _folder: folder }
    }

    /// The whole address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, who: &Chromium, email: &str) {
        who.open(&self.url("/sign-in")).await;
        who.fill("Email", email).await;
        who.fill("Password", PASSWORD).await;
        who.press("Sign in").await;
        who.see("Today").await;
        assert_eq!(who.path().await, "/today");
    }

    /// Somebody else sits down at the same desk.
    pub async fn change_over(&self, who: &Chromium, name: &str, email: &str) {
        who.unfold(name).await;
        who.press("Sign out").await;
        assert_eq!(who.path().await, "/sign-in");
        self.sign_in(who, email).await;
    }

    /// Time passes while somebody works: never so long at once that they are signed out.
    pub async fn pass(&self, who: &Chromium, minutes: i64) {
        let mut left = minutes;
        while left > 0 {
            let step = left.min(20);
            self.clinic.advance(TimeDelta::minutes(step));
            who.open(&self.url("/today")).await;
            left -= step;
        }
    }

    /// The mail that arrives while the clock moves on to an instant, looked for every six hours.
    pub async fn mail_until(&self, end: DateTime<Utc>) -> Vec<Mail> {
        while self.clinic.now() < end {
            self.clinic.advance((end - self.clinic.now()).min(TimeDelta::hours(6)));
            self.clinic.tick().await;
        }
        self.smtp.take()
    }

    /// The mail that arrives a few minutes after an act, when it can no longer be undone.
    pub async fn mail_soon(&self) -> Vec<Mail> {
        let wait = self.clinic.rules().mail_undo_minutes + 1;
        self.mail_until(self.clinic.now() + TimeDelta::minutes(wait)).await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Those that went to an address.
pub fn mails_to<'a>(mails: &'a [Mail], address: &str) -> Vec<&'a Mail> {
    mails.iter().filter(|mail| mail.to.iter().any(|to| to == address)).collect()
}

/// Who got what, for messages of failed tests.
pub fn subjects(mails: &[Mail]) -> Vec<String> {
    mails.iter().map(|mail| format!("{}: {}", mail.to.join(", "), mail.subject())).collect()
}

/// Holds the page against [`FAULTS`].
pub async fn assert_sound(who: &Chromium, is_phone: bool) {
    let found = who.execute(FAULTS, vec![json!(is_phone)]).await.expect("the script runs");
    assert_eq!(found, json!([]), "{}", who.path().await);
}

/// Nothing failed in the browser, nothing was blocked.
pub fn assert_quiet(who: &Chromium) {
    let complaints = who.complaints();
    assert!(complaints.is_empty(), "the browser complains: {complaints:#?}");
}
