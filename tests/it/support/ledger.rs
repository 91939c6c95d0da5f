//! Many due messages at once: rows as the program writes them, without booking a visit for each.

use chrono::{DateTime, TimeDelta, Utc};
use seriesbook::domain::ids::MessageId;
use seriesbook::domain::messages::{MessageStatus, Stage};
use seriesbook::store::appointments::Appointment;
use seriesbook::store::messages::Message;
use seriesbook::store::{AuditContext, Store};

/// Adds so many reminders of a visit that are due now, each a message of its own; answers with their Message-IDs.
pub async fn fill(store: &Store, visit: &Appointment, now: DateTime<Utc>, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut tx = store.write(AuditContext::system(), now).await.expect("a transaction");
    for _ in 0..many {
        let id = MessageId::new();
        let message = Message {
            id,
            site_id: visit.site_id,
            unique_key: format!("many:{id}"),
            stage: Stage::PatientReminder,
            lead_minutes: 1440,
            patient_id: visit.patient_id,
            series_id: None,
            appointment_id: Some(visit.id),
            version: visit.version,
            driver_id: None,
            rule_id: None,
            details: serde_json::json!({}),
            due_at: now - TimeDelta::minutes(1),
            useful_until: visit.starts_at,
            status: MessageStatus::Pending,
            claimed_until: DateTime::UNIX_EPOCH,
            claims: 0,
            tries: 0,
            last_error: None,
            maybe_twice: false,
            message_id: id.to_string(),
            sent_at: None,
            sent_to: None,
            subject: None,
            body_text: None,
            body_html: None,
            calendar: None,
            created_at: now,
        };
        assert!(tx.insert_message(&message).await.expect("a row"), "each is new");
        ids.push(message.message_id);
    }
    tx.commit().await.expect("a commit");
    ids
}
