//! Sends the samples staff asked for: claimed under a lease, rendered from the present words, tried again like any message.

use chrono::TimeDelta;

use crate::actions::Actor;
use crate::app::App;
use crate::domain::messages::retry_delay;
use crate::mail::Rendered;
use crate::mail::sample::sample_letter;
use crate::mail::transport::{Envelope, SendError, Transport};
use crate::store::sample_mails::SampleMail;
use crate::store::sites::Site;
use crate::words::Words;

/// Samples claimed at once.
const BATCH: i64 = 5;
/// A claim lasts this long beyond the time the sends may take (seconds).
const LEASE_MARGIN: i64 = 60;

/// Sends what waits.
///
/// # Errors
/// When the store fails; what was claimed is free again when its lease ends.
pub(super) async fn send_samples(app: &App, transport: &Transport) -> anyhow::Result<()> {
    let now = app.clock.now();
    if !app.store.read(now).await?.sample_is_due().await? {
        return Ok(());
    }
    let one = i64::try_from(app.config.smtp_timeout_seconds).unwrap_or(60);
    let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
    let Some(site) = tx.site().await? else { return Ok(()) };
    let claimed = tx.claim_samples(now + TimeDelta::seconds(BATCH * one + LEASE_MARGIN), BATCH).await?;
    let mut letters = Vec::new();
    for mail in claimed {
        let own = tx.wordings_of(site.id, mail.stage).await?;
        let (w, base_url) = (Words::default(), app.config.base_url.as_str());
        let letter = sample_letter(w, &site, mail.stage, base_url, now, &own);
        letters.push((mail, letter.map_err(|error| error.to_string())));
    }
    tx.commit().await?;
    for (mail, letter) in letters {
        let outcome = send(app, transport, &site, &mail, letter).await;
        let now = app.clock.now();
        let mut tx = app.store.write(Actor::System.context(None, None), now).await?;
        match outcome {
            Ok(()) => tx.record_sample_sent(mail.id, mail.claims).await?,
            Err(error) => {
                let delay = retry_delay(mail.tries + 1).filter(|_| !error.permanent);
                let again = delay.map(|delay| now + delay);
                tx.record_sample_failed(mail.id, mail.claims, &error.text, again).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn send(
    app: &App,
    transport: &Transport,
    site: &Site,
    mail: &SampleMail,
    letter: Result<Rendered, String>,
) -> Result<(), SendError> {
    let mut letter = letter.map_err(|text| SendError { text, permanent: true, maybe_sent: false })?;
    letter.subject = Words::default().f("sample-subject", [("subject", letter.subject.as_str())]);
    let from = app.config.mail_from.clone().unwrap_or_else(|| site.email.clone());
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let envelope = Envelope {
        message_id: format!("sample-{}@{domain}", mail.id),
        from: (site.name.clone(), from.clone()),
        reply_to: site.email.clone(),
        to: mail.to_address.clone(),
        references: None,
        unsubscribe: None,
        sender: app.config.bounce_address.clone(),
    };
    transport.send(&envelope, &letter).await
}
