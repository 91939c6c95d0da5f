//! The audit log only grows, and whoever changes it is seen.

use super::*;

/// Every audit row, its chain held against the head.
async fn chain(clinic: &Clinic) -> Vec<seriesbook::store::audit::AuditRow> {
    let mut tx = clinic.read().await;
    let rows = tx.audit_after(0, 10_000).await.unwrap();
    let (number, hash) = tx.audit_head().await.unwrap();
    assert_eq!(number, i64::try_from(rows.len()).unwrap());
    assert_eq!(rows.last().map(|row| row.hash.clone()), Some(hash));
    rows
}

#[tokio::test]
async fn the_audit_log_chains_every_row_and_only_grows() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let ana = clinic.patient("Ana Ruiz").await;
        clinic.suitable(&ana).await;
        let mut tx = write(&clinic).await;
        let entry = AuditEntry::new("test.note", Some(ana.id), "patient", ana.id.0);
        tx.audit(entry.before(json!({ "b": 1, "a": [null, "ü", 1.5] })).after(json!({ "z": {} })));
        tx.audit(AuditEntry::new("test.bare", None, "patient", ana.id.0));
        tx.commit().await.unwrap();
        let mut lost = write(&clinic).await;
        lost.audit(AuditEntry::new("test.lost", None, "patient", ana.id.0));
        drop(lost);

        let rows = chain(&clinic).await;
        let mut previous = vec![0; 32];
        for (number, row) in (1..).zip(&rows) {
            assert_eq!((row.number, &row.previous_hash), (number, &previous));
            assert_eq!(row.hash, row.expected_hash(), "row {number}");
            previous = row.hash.clone();
        }
        let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        assert!(actions.ends_with(&["test.note", "test.bare"]), "{actions:?}");
        for statement in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
            let said = execute(&store, statement).await.unwrap_err();
            assert!(said.contains("audit_append_only"), "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_gets_past_the_trigger_still_breaks_the_chain() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        clinic.patient("Ana Ruiz").await;
        let drop_trigger = match &store {
            Store::Sqlite(_) => "DROP TRIGGER audit_no_update",
            Store::Postgres(_) => "ALTER TABLE audit DISABLE TRIGGER USER",
        };
        for tampering in [
            "UPDATE audit SET actor = actor || '!' WHERE number = 1",
            "UPDATE audit SET actor_id = NULL, origin = 'elsewhere' WHERE number = 1",
            "UPDATE audit SET entity = 'x' || entity, action = 'y' WHERE number = 1",
        ] {
            let was = chain(&clinic).await[0].clone();
            if tampering.contains("'!'") {
                execute(&store, drop_trigger).await.unwrap();
            }
            assert_eq!(execute(&store, tampering).await, Ok(1));
            let is = chain(&clinic).await[0].clone();
            assert_eq!(is.hash, was.hash);
            assert_ne!(is.expected_hash(), was.expected_hash(), "{tampering} goes unseen");
            assert_ne!(is.expected_hash(), is.hash);
        }
    })
    .await;
}
