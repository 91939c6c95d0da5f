//! What a tick costs that finds nothing to do.

use std::time::Instant;

use seriesbook::store::Store;

use super::clinic::Clinic;
use super::databases::execute;
use super::{name, quiet_visit};

/// A tick with nothing to do, over a million messages that went and twenty thousand that wait for their time.
pub async fn idle(store: Store) {
    let clinic = Clinic::open(store).await;
    quiet_visit(&clinic).await;
    for (status, rows) in [("sent", 1_000_000), ("pending", 20_000)] {
        copy(clinic.store(), status, rows).await;
    }
    execute(clinic.store(), "ANALYZE").await.unwrap();
    for _ in 0..50 {
        clinic.tick().await;
    }
    let mut spent = Vec::new();
    for _ in 0..1000 {
        let start = Instant::now();
        let report = clinic.tick().await;
        spent.push(start.elapsed());
        assert_eq!(report.sent, 0, "nothing is due");
    }
    spent.sort_unstable();
    let ms = |share: usize| spent[(spent.len() * share / 100).min(spent.len() - 1)].as_secs_f64() * 1000.0;
    println!(
        "{}: an idle tick over 1,000,000 past and 20,000 waiting messages: median {:.2} ms, p95 {:.2} ms, most {:.2} ms",
        name(clinic.store()),
        ms(50),
        ms(95),
        ms(100)
    );
}

/// So many copies of a row in a state, with a text as long as a short message's.
async fn copy(store: &Store, status: &str, rows: usize) {
    let (id, numbers) = match store {
        Store::Sqlite(_) => (
            "randomblob(16)",
            format!(
                "(WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {rows})
                  SELECT i FROM numbers)"
            ),
        ),
        Store::Postgres(_) => {
            ("gen_random_uuid()", format!("(SELECT i FROM generate_series(1, {rows}) AS s(i))"))
        }
    };
    let sql = format!(
        "INSERT INTO messages (id, site_id, unique_key, stage, lead_minutes, patient_id, appointment_id, version, details, due_at,
         useful_until, status, claimed_until, claims, message_id, sent_at, sent_to, subject, body_text, created_at)
         SELECT {id}, m.site_id, 'copy:{status}:' || n.i, m.stage, m.lead_minutes, m.patient_id, m.appointment_id, m.version,
         m.details, m.due_at, m.useful_until, m.status, m.claimed_until, m.claims, 'copy-{status}-' || n.i, m.sent_at, m.sent_to,
         m.subject, 'A reminder of an appointment, as short as it may be', m.created_at
         FROM (SELECT * FROM messages WHERE status = '{status}' ORDER BY due_at DESC LIMIT 1) m CROSS JOIN {numbers} n"
    );
    assert_eq!(execute(store, &sql).await.unwrap(), rows as u64);
}
