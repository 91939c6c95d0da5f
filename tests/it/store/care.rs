//! Intentions, notes, providers with consents and letters, and estimates come back as they went in; a note never changes.

use seriesbook::domain::ids::{ConsentId, EstimateId, IntentionId, LetterId, ProviderId, SessionNoteId};
use seriesbook::domain::prices::PriceLine;
use seriesbook::domain::providers::ConsentScope;
use seriesbook::store::estimates::Estimate;
use seriesbook::store::integration::{Intention, SessionNote};
use seriesbook::store::providers::{Provider, ProviderConsent, ProviderLetter};

use super::*;

#[tokio::test]
async fn intentions_are_kept_once_for_each_visit_and_notes_stay_as_they_were_written() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let Actor::Staff { id: lena, .. } = clinic.coach() else { panic!("a coach is staff") };
        let to = visit(&clinic, &ana, "2026-12-01T10:00").await;
        let first = Intention {
            id: IntentionId::new(),
            appointment_id: to.id,
            patient_id: ana.id,
            matters: "Meine Schwester “Núñez”".to_owned(),
            open_to: String::new(),
            take_along: "Two\nlines".to_owned(),
            music: "Satie".to_owned(),
            created_at: clinic.now(),
            updated_at: clinic.now(),
            starts_at: to.starts_at,
        };
        let note = SessionNote {
            id: SessionNoteId::new(),
            appointment_id: to.id,
            patient_id: ana.id,
            author_id: lena,
            author: "Lena Fischer".to_owned(),
            body: "Calm, spoke of the sea".to_owned(),
            created_at: clinic.now(),
            starts_at: to.starts_at,
        };
        let mut tx = write(&clinic).await;
        tx.insert_appointment(&to).await.unwrap();
        assert!(tx.intention(to.id).await.unwrap().is_none());
        tx.set_intention(&first).await.unwrap();
        assert_same!(tx.intention(to.id).await.unwrap().unwrap(), first);
        let later = clinic.now() + TimeDelta::hours(1);
        let again =
            Intention { id: IntentionId::new(), music: String::new(), updated_at: later, ..first.clone() };
        tx.set_intention(&again).await.unwrap();
        let stands = Intention { id: first.id, ..again };
        assert_same!(tx.intentions_of(ana.id).await.unwrap(), [&stands]);
        tx.insert_session_note(&note).await.unwrap();
        tx.commit().await.unwrap();
        assert_same!(clinic.read().await.session_notes_of(ana.id).await.unwrap(), [&note]);
        let refused = execute(clinic.store(), "UPDATE session_notes SET body = 'other words'").await;
        assert!(refused.is_err_and(|why| why.contains("session_notes_append_only")));
        assert_same!(clinic.read().await.session_notes_of(ana.id).await.unwrap(), [&note]);
    })
    .await;
}

#[tokio::test]
async fn providers_consents_and_letters_come_back_as_they_went_in_and_the_newest_consent_counts() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let full = Provider {
            id: ProviderId::new(),
            patient_id: ana.id,
            name: "Dr. Lee".to_owned(),
            role: "prescriber".to_owned(),
            phone: Some("555 010 0188".to_owned()),
            email: Some("lee@example.org".to_owned()),
            address: Some("3 High Street\nNew York".to_owned()),
            created_at: clinic.now(),
            retired_at: None,
        };
        let bare =
            Provider { id: ProviderId::new(), phone: None, email: None, address: None, ..full.clone() };
        let old = ProviderConsent {
            id: ConsentId::new(),
            provider_id: full.id,
            scope: ConsentScope::Dates,
            given_on: day("2026-11-01"),
            withdrawn_on: None,
            recorded_by: "Priya Shah".to_owned(),
            created_at: clinic.now(),
        };
        let new = ProviderConsent {
            id: ConsentId::new(),
            scope: ConsentScope::DatesAndChange,
            created_at: clinic.now() + TimeDelta::minutes(1),
            ..old.clone()
        };
        let letter = ProviderLetter {
            id: LetterId::new(),
            provider_id: full.id,
            consent_id: new.id,
            body: "Dear Dr. Lee".to_owned(),
            tells_change: true,
            written_by: "Dr. Jane Miller".to_owned(),
            created_at: clinic.now(),
            sent_at: None,
            sent_by: None,
        };
        let mut tx = write(&clinic).await;
        for one in [&full, &bare] {
            tx.insert_provider(one).await.unwrap();
            assert_same!(tx.provider(one.id).await.unwrap().unwrap(), one);
        }
        assert_eq!(tx.providers_of(ana.id).await.unwrap().len(), 2);
        let name = "Dr. Lim".to_owned();
        let changed = Provider { name, retired_at: Some(clinic.now()), ..bare.clone() };
        tx.update_provider(&changed).await.unwrap();
        assert_same!(tx.provider(bare.id).await.unwrap().unwrap(), changed);
        assert!(tx.consent_for(full.id).await.unwrap().is_none());
        tx.insert_consent(&old).await.unwrap();
        tx.insert_consent(&new).await.unwrap();
        assert_same!(tx.consent_for(full.id).await.unwrap().unwrap(), new);
        assert_same!(tx.consents_of(ana.id).await.unwrap(), [&new, &old]);
        tx.insert_letter(&letter).await.unwrap();
        assert_same!(tx.letters_of(ana.id).await.unwrap(), [&letter]);
        assert!(tx.mark_letter_sent(letter.id, "Dr. Jane Miller").await.unwrap());
        assert!(!tx.mark_letter_sent(letter.id, "somebody else").await.unwrap(), "sent once");
        let sent = tx.letter(letter.id).await.unwrap().unwrap();
        assert_eq!((sent.sent_at, sent.sent_by.as_deref()), (Some(clinic.now()), Some("Dr. Jane Miller")));
        assert_eq!(tx.withdraw_consents(full.id, day("2026-11-30")).await.unwrap(), 2);
        assert_eq!(tx.withdraw_consents(full.id, day("2026-12-01")).await.unwrap(), 0);
        let ended = tx.consent_for(full.id).await.unwrap().unwrap();
        assert_eq!(ended.withdrawn_on, Some(day("2026-11-30")));
    })
    .await;
}

#[tokio::test]
async fn an_estimate_is_acknowledged_once_and_only_by_its_patient() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let (ana, bob) = (clinic.patient("Ana Ruiz").await, clinic.patient("Bob Lee").await);
        let estimate = Estimate {
            id: EstimateId::new(),
            patient_id: ana.id,
            series_id: None,
            plan: Some("main.1.20261201T1000.".to_owned()),
            lines: vec![PriceLine { name: "Visit".to_owned(), count: 6, cents: 330_000 }],
            total_cents: 330_000,
            currency: "USD".to_owned(),
            created_by: "Priya Shah".to_owned(),
            created_at: clinic.now(),
            sent_at: Some(clinic.now()),
            acknowledged_at: None,
        };
        let mut tx = write(&clinic).await;
        tx.insert_estimate(&estimate).await.unwrap();
        assert_same!(tx.estimate(estimate.id, ana.id).await.unwrap().unwrap(), estimate);
        assert!(tx.estimate(estimate.id, bob.id).await.unwrap().is_none());
        assert!(!tx.acknowledge_estimate(estimate.id, bob.id).await.unwrap());
        assert!(tx.acknowledge_estimate(estimate.id, ana.id).await.unwrap());
        assert!(!tx.acknowledge_estimate(estimate.id, ana.id).await.unwrap());
        let read = Estimate { acknowledged_at: Some(clinic.now()), ..estimate };
        assert_same!(tx.estimates_of(ana.id).await.unwrap(), [&read]);
    })
    .await;
}
