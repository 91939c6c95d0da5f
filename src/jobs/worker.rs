//! The message worker: claims what is due under a lease, sends, records. Any number of workers and replicas may run.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::marker::Marker;
use super::prepare::{Letter, Prepared, prepare, subject_of};
use super::{bounces, brake, housekeeping, samples};
use crate::actions::{ActionError, Actor, bounces as came_back, no_decision, worklist};
use crate::app::App;
use crate::domain::bounces::HELD;
use crate::domain::delivery::TryOutcome;
use crate::domain::message_fate::{self, Failure, Tried};
use crate::domain::messages::MessageStatus;
use crate::domain::server_words;
use crate::domain::worklist::WorkKind;
use crate::failpoint;
use crate::mail::transport::{SendError, Transport};
use crate::store::messages::Message;
use crate::store::outbox::NO_DECISION;
use crate::store::{StoreError, Tx};

/// Rows claimed at once, at least and at most: enough that no connection waits for the next claim, few enough that a claim is
/// short and a crash leaves few of them in flight.
const LEAST_BATCH: i64 = 20;
const MOST_BATCH: i64 = 64;
/// A claim lasts this long beyond the time one send may take (seconds).
const LEASE_MARGIN: i64 = 60;
/// Further tries to write down that a letter went.
const RECORD_TRIES: usize = 3;
/// Batches a tick works through at most; the next tick goes on.
const MOST_BATCHES: usize = 500;

/// What a tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Letters the server took.
    pub sent: usize,
    /// Rows that ended without a letter (replaced, not needed, too late, nobody to go to).
    pub ended: usize,
    /// Tries that failed and will be made again.
    pub retried: usize,
    /// Letters refused for good.
    pub failed: usize,
    /// Holds that ran out.
    pub released: usize,
}

impl TickReport {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.ended += other.ended;
        self.retried += other.retried;
        self.failed += other.failed;
        self.released += other.released;
    }
}

/// Proof that a row was claimed: only the claim makes one, and only with it can a letter be sent.
struct Lease {
    message: Message,
    until: DateTime<Utc>,
}

/// A letter that was handed over, and what came of it.
struct Done {
    lease: Lease,
    letter: Letter,
    outcome: Result<(), SendError>,
}

/// Sends what is due.
#[derive(Clone)]
pub struct Worker {
    app: App,
    transport: Transport,
    marker: Option<Marker>,
}

impl Worker {
    /// A worker over the program's store and clock.
    pub fn new(app: App, transport: Transport) -> Self {
        Self { app, transport, marker: None }
    }

    /// The same worker, which keeps a marker file so that a restored database is noticed.
    #[must_use]
    pub fn with_marker(mut self, marker: Option<Marker>) -> Self {
        self.marker = marker;
        self
    }

    /// At the start: holds mail if the database was restored from a backup; `true` if it was.
    ///
    /// # Errors
    /// When the store fails or the marker file cannot be read.
    pub async fn look_for_restore(&self) -> anyhow::Result<bool> {
        match &self.marker {
            Some(marker) => brake::look_for_restore(&self.app, marker).await,
            None => Ok(false),
        }
    }

    /// The program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Does everything that is due now.
    ///
    /// # Errors
    /// When the store fails; what was claimed is free again when its lease ends.
    pub async fn tick(&self) -> anyhow::Result<TickReport> {
        if self.is_real() {
            brake::beat(&self.app, self.lease()).await?;
            // First, so that nothing more goes to an address that is known to be dead. A mailbox in trouble never stops mail.
            if let Err(error) = bounces::read(&self.app).await {
                tracing::error!(%error, "the bounce mailbox could not be read; the next tick tries again");
            }
        }
        let mut report =
            TickReport { released: housekeeping::release_holds(&self.app).await?, ..TickReport::default() };
        for _ in 0..MOST_BATCHES {
            let claimed = self.claim(&mut report).await?;
            let Some(letters) = claimed else { break };
            self.send_all(letters, &mut report).await?;
        }
        samples::send_samples(&self.app, &self.transport).await?;
        self.transport.rest();
        housekeeping::settle_work(&self.app).await?;
        housekeeping::settle_undecided(&self.app).await?;
        housekeeping::bring_decisions_back(&self.app).await?;
        housekeeping::tidy(&self.app).await?;
        self.app.heartbeat.beat(tokio::time::Instant::now());
        if report != TickReport::default() && self.is_real() {
            tracing::info!(?report, "tick");
        }
        Ok(report)
    }

    /// Claims a batch and prepares its letters in one transaction; `None` when nothing is due.
    async fn claim(&self, report: &mut TickReport) -> anyhow::Result<Option<Vec<(Lease, Letter)>>> {
        let now = self.app.clock.now();
        if !self.app.store.read(now).await?.something_is_due().await? {
            return Ok(None);
        }
        if self.is_real() && !brake::may_claim(&self.app).await? {
            return Ok(None);
        }
        let until = now + self.lease();
        let mut tx = self.app.store.write(Actor::System.context(None, None), now).await?;
        if self.is_real() {
            // Replicas claim one after the other and send at once; whoever holds mail waits for the claim, and the next claim for the
            // hold.
            tx.lock_mail().await?;
            if tx.standing_hold().await?.is_some() {
                return Ok(None);
            }
        }
        let claimed = tx.claim_due(until, self.batch()).await?;
        if claimed.is_empty() {
            return Ok(None);
        }
        let mut letters = Vec::new();
        for message in claimed {
            let prepared = match prepare(&mut tx, &self.app, &message).await {
                // One row that cannot be read must not stop the others.
                Err(ActionError::NotFound | ActionError::Store(StoreError::Inconsistent(_))) => {
                    Prepared::End(MessageStatus::Failed, Some("its data cannot be read".to_owned()))
                }
                other => other?,
            };
            match prepared {
                Prepared::Letter(letter) => letters.push((Lease { message, until }, *letter)),
                Prepared::End(status, why) => {
                    self.end(&mut tx, &message, status, why.as_deref()).await?;
                    report.ended += 1;
                }
                Prepared::Later(at) => {
                    tx.put_off(message.id, message.claims, at).await?;
                }
            }
        }
        let Some(marker) = self.marker.as_ref().filter(|_| !letters.is_empty()) else {
            failpoint::hit("after_claim_before_commit");
            tx.commit().await?;
            failpoint::hit("after_claim_commit");
            return Ok(Some(letters));
        };
        let (instance, generation) = tx.next_mail_generation().await?;
        if marker.has_passed(generation) {
            drop(tx);
            brake::hold_restored(&self.app, marker, marker.read(instance)?).await?;
            return Ok(None);
        }
        failpoint::hit("after_claim_before_commit");
        tx.commit().await?;
        brake::mark(&self.app, marker, instance, generation, now).await;
        failpoint::hit("after_claim_commit");
        Ok(Some(letters))
    }

    /// Whether anything leaves the house: what only fills the demo is neither braked nor watched.
    fn is_real(&self) -> bool {
        !matches!(self.transport, Transport::Nowhere)
    }

    /// How long a claim lasts.
    fn lease(&self) -> TimeDelta {
        self.longest_send() * self.rounds() + TimeDelta::seconds(LEASE_MARGIN)
    }

    /// How long one send may take.
    fn longest_send(&self) -> TimeDelta {
        TimeDelta::seconds(i64::try_from(self.app.config.smtp_timeout_seconds).unwrap_or(60))
    }

    /// How many rows are claimed at once.
    fn batch(&self) -> i64 {
        (4 * i64::from(self.app.config.smtp_connections)).clamp(LEAST_BATCH, MOST_BATCH)
    }

    /// How many sends of a batch may have to wait for each other.
    fn rounds(&self) -> i32 {
        let places = i64::from(self.app.config.smtp_connections.max(1));
        i32::try_from((self.batch() + places - 1) / places).unwrap_or(1)
    }

    /// Sends a batch, several at a time: one slow or bad recipient never delays the others.
    async fn send_all(&self, letters: Vec<(Lease, Letter)>, report: &mut TickReport) -> anyhow::Result<()> {
        let places = Arc::new(Semaphore::new(self.app.config.smtp_connections as usize));
        let mut sends = JoinSet::new();
        for (lease, letter) in letters {
            let (worker, places) = (self.clone(), Arc::clone(&places));
            sends.spawn(async move {
                let _place = places.acquire_owned().await;
                let outcome = worker.deliver(&lease, &letter).await;
                (lease, letter, outcome)
            });
        }
        let mut failure = None;
        while let Some(first) = sends.join_next().await {
            // While one group is written down the next letters go, and are written down together after it.
            let (mut done, mut next) = (Vec::new(), Some(first));
            while let Some(one) = next {
                match one {
                    Ok((lease, letter, Some(outcome))) => done.push(Done { lease, letter, outcome }),
                    Ok((lease, _, None)) => {
                        let message = lease.message.id;
                        tracing::warn!(%message, "a lease ended before its turn; another worker has it");
                    }
                    Err(_) => tracing::error!("a send broke off; its row is free again when the lease ends"),
                }
                next = sends.try_join_next();
            }
            failpoint::hit("after_send_before_record");
            let recorded = self.record_all(done, report).await;
            failure = failure.or(recorded.err());
        }
        failure.map_or(Ok(()), Err)
    }

    /// Hands a claimed letter over; `None` if the lease ended while it waited (the machine slept).
    async fn deliver(&self, lease: &Lease, letter: &Letter) -> Option<Result<(), SendError>> {
        if self.app.clock.now() + self.longest_send() >= lease.until {
            return None;
        }
        failpoint::hit("before_connect");
        Some(self.transport.send(&letter.envelope, &letter.rendered).await)
    }

    /// Writes down what came of some letters: together, or each by itself where that fails.
    async fn record_all(&self, mut done: Vec<Done>, report: &mut TickReport) -> anyhow::Result<()> {
        if done.is_empty() {
            return Ok(());
        }
        // In the order they were written, as an act on many rows meets them too: two that cross would wait for each other.
        done.sort_by_key(|one| one.lease.message.id);
        if let Ok(recorded) = self.record(&done).await {
            report.add(recorded);
            return Ok(());
        }
        let mut failure = None;
        for one in &done {
            // What went must be written down even if the first try meets a busy database.
            let mut recorded = self.record(std::slice::from_ref(one)).await;
            for _ in 0..RECORD_TRIES {
                if recorded.is_ok() {
                    break;
                }
                recorded = self.record(std::slice::from_ref(one)).await;
            }
            match recorded {
                Ok(recorded) => report.add(recorded),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Writes down what came of some letters in one transaction.
    async fn record(&self, done: &[Done]) -> anyhow::Result<TickReport> {
        let mut recorded = TickReport::default();
        let now = self.app.clock.now();
        let mut tx = self.app.store.write(Actor::System.context(None, None), now).await?;
        for one in done {
            self.record_one(&mut tx, one, &mut recorded).await?;
        }
        failpoint::hit("in_record_before_commit");
        tx.commit().await?;
        failpoint::hit("after_record_commit");
        Ok(recorded)
    }

    async fn record_one(&self, tx: &mut Tx, done: &Done, recorded: &mut TickReport) -> anyhow::Result<()> {
        let Done { lease: Lease { message, .. }, letter, outcome } = done;
        let Err(error) = outcome else {
            // "Sent" is written only after the server's yes (I6).
            tx.record_sent(message.id, message.claims, &letter.copy).await?;
            tx.insert_try(message.id, message.claims, TryOutcome::Sent, "").await?;
            recorded.sent += 1;
            return Ok(());
        };
        let words = server_words::trimmed(&error.text);
        let Message { tries, maybe_twice, useful_until, .. } = *message;
        let failure = Failure { permanent: error.permanent, maybe_sent: error.maybe_sent };
        let tried =
            match message_fate::next_try(Tried { tries, maybe_twice, useful_until }, failure, tx.now()) {
                Some(at) => {
                    tx.record_retry(message.id, message.claims, at, &words, error.maybe_sent).await?;
                    recorded.retried += 1;
                    TryOutcome::PutOff
                }
                // Somebody must know.
                None => {
                    self.end(tx, message, MessageStatus::Failed, Some(&words)).await?;
                    recorded.failed += 1;
                    if error.permanent { TryOutcome::Refused } else { TryOutcome::GaveUp }
                }
            };
        tx.insert_try(message.id, message.claims, tried, &words).await?;
        Ok(())
    }

    /// Ends a row without a letter; what somebody should know becomes a worklist line (I3).
    async fn end(
        &self,
        tx: &mut Tx,
        message: &Message,
        status: MessageStatus,
        why: Option<&str>,
    ) -> Result<(), ActionError> {
        if !tx.record_end(message.id, message.claims, status, why).await? {
            return Ok(());
        }
        // The patient's line says it once for all of them.
        if status == MessageStatus::Held && why == Some(NO_DECISION) {
            let site = tx.site().await?.ok_or(ActionError::NotFound)?;
            return no_decision::raise(tx, &site, message.patient_id).await;
        }
        let kind = match status {
            MessageStatus::Failed => WorkKind::MailFailed,
            MessageStatus::Held if why == Some(HELD) => WorkKind::AddressBounced,
            MessageStatus::Held => WorkKind::NoAddress,
            MessageStatus::Expired => WorkKind::MailLate,
            _ => return Ok(()),
        };
        // Nobody has to call because a question could not go; a failing mail server is another matter.
        if message.stage.is_check_in() && kind != WorkKind::MailFailed {
            return Ok(());
        }
        let (patient, visit) = subject_of(tx, message).await?;
        // What goes after a visit outlives it, and so does its line; any other line about a visit that is over helps nobody.
        let visit = visit.filter(|_| !message.stage.outlives_visit());
        if visit.as_ref().is_some_and(|visit| visit.starts_at <= tx.now()) {
            return Ok(());
        }
        if kind == WorkKind::AddressBounced {
            // One line for all that does not get through, and none for what nobody has to know.
            if message.stage.is_essential() {
                came_back::raise_line(tx, message).await?;
            }
            return Ok(());
        }
        // Three reminders without an address, or too late after the machine was off, are one call to make, not three.
        let about = match (kind, &visit) {
            (WorkKind::NoAddress | WorkKind::MailLate, Some(visit)) => visit.id.0,
            (WorkKind::NoAddress | WorkKind::MailLate, None) => message.patient_id.0,
            _ => message.id.0,
        };
        worklist::raise_about(
            tx,
            message.site_id,
            kind,
            about,
            patient.map(|patient| patient.id),
            visit.as_ref(),
            Some(message.id),
            why.unwrap_or_default(),
        )
        .await?;
        Ok(())
    }
}
