//! Messages, links, sessions, worklist lines and form keys; no message goes to two workers.

use super::*;

#[tokio::test]
async fn messages_links_sessions_and_worklist_lines_come_back_as_they_went_in() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let Actor::Staff { id: jane, .. } = clinic.clinician() else { panic!("a clinician is staff") };
        let bare = message(&clinic, &ana);
        let to = visit(&clinic, &ana, "2026-12-01T10:00").await;
        let driver = Driver {
            id: DriverId::new(),
            patient_id: ana.id,
            full_name: "Leo Ruiz".to_owned(),
            email: None,
            phone: None,
            address_wrong_at: None,
            address_bounced: None,
            address_bounced_at: None,
            created_at: clinic.now(),
        };
        let mut full = message(&clinic, &ana);
        full.appointment_id = Some(to.id);
        full.driver_id = Some(driver.id);
        full.last_error = Some("no address".to_owned());
        full.status = MessageStatus::Held;
        let mut tx = write(&clinic).await;
        tx.insert_appointment(&to).await.unwrap();
        tx.insert_driver(&driver).await.unwrap();
        for one in [&bare, &full] {
            assert!(tx.insert_message(one).await.unwrap());
            assert_same!(tx.message(one.id).await.unwrap().unwrap(), one);
        }
        let twin = Message { id: MessageId::new(), ..bare.clone() };
        assert!(!tx.insert_message(&twin).await.unwrap(), "a key keeps a message single");

        let copy = SentCopy {
            to: "ana@patients.test".to_owned(),
            subject: "s".to_owned(),
            text: "t".to_owned(),
            html: "<p>t</p>".to_owned(),
            calendar: Some("BEGIN:VCALENDAR".to_owned()),
        };
        let claimed = tx.claim_due(clinic.now() + TimeDelta::minutes(2), 10).await.unwrap();
        assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [bare.id]);
        assert!(!tx.record_sent(bare.id, 0, &copy).await.unwrap(), "an old claim records nothing");
        assert!(tx.record_sent(bare.id, 1, &copy).await.unwrap());
        let sent = tx.message(bare.id).await.unwrap().unwrap();
        assert_eq!((sent.status, sent.sent_at), (MessageStatus::Sent, Some(clinic.now())));
        assert_eq!((sent.sent_to, sent.calendar), (Some(copy.to), copy.calendar));

        let link = Link {
            id: LinkId::new(),
            token_hash: vec![7; 32],
            purpose: "driver".to_owned(),
            patient_id: ana.id,
            series_id: None,
            appointment_id: Some(to.id),
            appointment_version: Some(1),
            visit_starts_at: Some(to.starts_at),
            driver_id: Some(driver.id),
            expires_at: clinic.now() + TimeDelta::days(1),
            revoked_at: Some(clinic.now()),
            created_at: clinic.now(),
        };
        tx.insert_link(&link).await.unwrap();
        assert_same!(tx.link(&[7; 32], "driver").await.unwrap().unwrap(), link);
        assert!(tx.link(&[7; 32], "patient").await.unwrap().is_none(), "a link is good for its purpose only");

        let session = Session {
            token_hash: vec![9; 32],
            staff_id: jane,
            csrf: "c".to_owned(),
            created_at: clinic.now(),
            seen_at: clinic.now(),
            expires_at: clinic.now() + TimeDelta::hours(8),
        };
        tx.insert_session(&session).await.unwrap();
        assert_same!(tx.session(&[9; 32]).await.unwrap().unwrap(), session);
        tx.delete_sessions_of(jane).await.unwrap();
        assert!(tx.session(&[9; 32]).await.unwrap().is_none());

        let item = WorkItem {
            id: WorkItemId::new(),
            site_id: clinic.site.id,
            kind: WorkKind::MailFailed,
            dedupe_key: "k".to_owned(),
            patient_id: Some(ana.id),
            appointment_id: Some(to.id),
            message_id: Some(bare.id),
            note: "refused".to_owned(),
            due_at: clinic.now(),
            snoozed_until: None,
            snooze_reason: None,
            done_at: None,
            done_by: None,
            created_at: clinic.now(),
        };
        assert!(tx.raise_work(&item).await.unwrap());
        assert!(!tx.raise_work(&WorkItem { id: WorkItemId::new(), ..item.clone() }).await.unwrap());
        assert_same!(tx.work_item(item.id).await.unwrap().unwrap(), item);
        assert!(tx.snooze_work(item.id, clinic.now(), "tomorrow").await.unwrap());
        assert!(tx.finish_work(item.id, "Priya").await.unwrap());
        assert!(!tx.finish_work(item.id, "Priya").await.unwrap());
        let done = tx.work_item(item.id).await.unwrap().unwrap();
        assert_eq!((done.done_at, done.done_by), (Some(clinic.now()), Some("Priya".to_owned())));
        assert_eq!(done.snooze_reason.as_deref(), Some("tomorrow"));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_word_no_version_writes_is_an_error_of_its_own_and_no_panic() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let mut tx = write(&clinic).await;
        let one = message(&clinic, &ana);
        tx.insert_message(&one).await.unwrap();
        tx.commit().await.unwrap();
        // The stage's words are the program's; the database holds no list of them.
        execute(&store, "UPDATE messages SET stage = 'singing_telegram'").await.unwrap();
        let read = clinic.read().await.message(one.id).await;
        assert!(matches!(read, Err(StoreError::Inconsistent(_))), "{read:?}");
        execute(&store, "UPDATE staff SET roles = 'juggler'").await.unwrap();
        let read = clinic.read().await.staff_by_email("owner@harbor.test").await;
        assert!(matches!(read, Err(StoreError::Inconsistent(_))), "{read:?}");
        // States the rules hang on are checked by the database itself.
        assert!(execute(&store, "UPDATE messages SET status = 'lost'").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_form_carried_out_before_answers_with_its_first_result() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let mut dropped = write(&clinic).await;
        assert_eq!(dropped.claim_key("book", "k", "/lost").await.unwrap(), None);
        drop(dropped);
        let mut tx = write(&clinic).await;
        assert_eq!(tx.claim_key("book", "k", "/first").await.unwrap(), None, "a dropped act claimed nothing");
        tx.commit().await.unwrap();
        let mut tx = write(&clinic).await;
        assert_eq!(tx.claim_key("book", "k", "/second").await.unwrap().as_deref(), Some("/first"));
        assert_eq!(tx.claim_key("plan", "k", "/other").await.unwrap(), None, "keys of other forms are apart");
        assert_eq!(tx.delete_old_keys(clinic.now() + TimeDelta::seconds(1)).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_message_is_handed_to_two_of_eight_workers() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let mut tx = write(&clinic).await;
        for _ in 0..120 {
            tx.insert_message(&message(&clinic, &ana)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let lease: DateTime<Utc> = clinic.now() + TimeDelta::minutes(2);
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let clinic = clinic.clone();
            workers.spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut tx = clinic.write(&Actor::System).await;
                    let claimed = tx.claim_due(lease, 7).await.expect("a claim never fails");
                    tx.commit().await.expect("a claim commits");
                    if claimed.is_empty() {
                        return mine;
                    }
                    assert!(claimed.len() <= 7 && claimed.iter().all(|one| one.claims == 1));
                    mine.extend(claimed.into_iter().map(|one| one.id));
                }
            });
        }
        let mut all: Vec<MessageId> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(all.len(), 120);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 120, "some were handed out twice");
        let once = format!(
            "SELECT COUNT(*) FROM messages WHERE claims = 1 AND patient_id = {}",
            literal(&store, ana.id.0)
        );
        assert_eq!(count(&store, &once).await, 120);
        // When the lease ends, a dead worker's rows are free again.
        clinic.advance(TimeDelta::minutes(2));
        let mut tx = write(&clinic).await;
        let again = tx.claim_due(clinic.now() + TimeDelta::minutes(2), 1000).await.unwrap();
        assert_eq!(again.len(), 120);
        assert!(again.iter().all(|one| one.claims == 2));
    })
    .await;
}
