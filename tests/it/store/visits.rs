//! Appointments, decisions, series, drivers and drives come back as they went in and as they were changed.

use super::*;

#[tokio::test]
async fn appointments_come_back_as_they_went_in_and_as_they_were_changed() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        clinic.suitable(&ana).await;
        let series = clinic.book_course(&ana).await;
        let bare = visit(&clinic, &ana, "2027-05-03T10:00").await;
        let mut full = visit(&clinic, &ana, "2027-05-04T10:00").await;
        full.series_id = Some(series);
        full.role = Some(VisitRole::AfterLast);
        full.role_index = Some(2);
        full.treatment_day = NaiveDate::from_ymd_opt(2027, 5, 4);
        full.confirmed_at = Some(clinic.now());
        let mut tx = write(&clinic).await;
        for one in [&bare, &full] {
            tx.insert_appointment(one).await.unwrap();
        }
        assert_same!(tx.appointment(bare.id).await.unwrap().unwrap(), bare);
        assert_same!(tx.appointment(full.id).await.unwrap().unwrap(), full);

        let at = Some(clinic.now() + TimeDelta::microseconds(1));
        let text = |text: &str| Some(text.to_owned());
        let changed = Appointment {
            status: AppointmentStatus::Recovering,
            version: 2,
            venue: Venue::Home,
            companion: Companion::Sitter,
            arrived_at: at,
            started_at: at,
            recovery_at: at,
            ended_at: at,
            coach_check_in_by: text("Lena"),
            coach_check_in_waived: text("called"),
            escort: text("Leo"),
            override_reason: text("a long enough reason"),
            cancelled_at: at,
            cancelled_by: text("desk"),
            cancel_reason: text("ill"),
            ..bare.clone()
        };
        assert!(tx.update_appointment(&changed, AppointmentStatus::Booked, 1).await.unwrap());
        // Neither the old state nor the old version is there any more.
        assert!(!tx.update_appointment(&changed, AppointmentStatus::Booked, 1).await.unwrap());
        assert!(!tx.update_appointment(&changed, AppointmentStatus::Recovering, 1).await.unwrap());
        tx.commit().await.unwrap();
        assert_same!(clinic.appointment(bare.id).await, changed);
    })
    .await;
}

#[tokio::test]
async fn decisions_series_drivers_and_drives_come_back_as_they_went_in() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let Actor::Staff { id: jane, .. } = clinic.clinician() else { panic!("a clinician is staff") };
        let protocol = clinic.protocol("Induction, 60 minutes").await.id;
        let deferred = Decision {
            id: DecisionId::new(),
            patient_id: ana.id,
            outcome: Outcome::NotSuitable,
            protocol_id: None,
            planned_visits: None,
            expires_on: None,
            decided_by: jane,
            decided_at: clinic.now() - TimeDelta::days(1),
            note: String::new(),
            conditions: String::new(),
            told: String::new(),
        };
        let suitable = Decision {
            id: DecisionId::new(),
            outcome: Outcome::Suitable,
            protocol_id: Some(protocol),
            planned_visits: Some(6),
            expires_on: NaiveDate::from_ymd_opt(2027, 6, 30),
            decided_at: clinic.now(),
            note: "fit".to_owned(),
            conditions: "with a lab result".to_owned(),
            told: "We can begin.".to_owned(),
            ..deferred.clone()
        };
        let held = Series {
            id: SeriesId::new(),
            site_id: clinic.site.id,
            patient_id: ana.id,
            protocol_id: protocol,
            decision_id: suitable.id,
            status: SeriesStatus::Held,
            visits: 6,
            hold_until: Some(clinic.now()),
            total_cents: 480_000,
            currency: "USD".to_owned(),
            version: 1,
            created_by: "Priya".to_owned(),
            created_at: clinic.now(),
            paused_at: None,
            breaks: Vec::new(),
        };
        let active = Series {
            id: SeriesId::new(),
            status: SeriesStatus::Active,
            hold_until: None,
            paused_at: Some(clinic.now()),
            breaks: vec![3, 5],
            ..held.clone()
        };
        let bare = Driver {
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
        let full = Driver {
            id: DriverId::new(),
            email: Some("leo@drivers.test".to_owned()),
            phone: Some("555 010 0199".to_owned()),
            address_wrong_at: Some(clinic.now()),
            ..bare.clone()
        };
        let to = visit(&clinic, &ana, "2026-12-01T10:00").await;
        let mut tx = write(&clinic).await;
        tx.insert_decision(&deferred).await.unwrap();
        tx.insert_decision(&suitable).await.unwrap();
        tx.insert_series(&held).await.unwrap();
        tx.insert_series(&active).await.unwrap();
        tx.insert_driver(&bare).await.unwrap();
        tx.insert_driver(&full).await.unwrap();
        tx.insert_appointment(&to).await.unwrap();
        assert_eq!(tx.decisions_of(ana.id).await.unwrap(), [suitable.clone(), deferred]);
        assert_eq!(tx.decision_of(ana.id).await.unwrap(), Some(suitable));
        assert_same!(tx.series(held.id).await.unwrap().unwrap(), held);
        assert_same!(tx.series(active.id).await.unwrap().unwrap(), active);
        assert_eq!(tx.ended_holds(clinic.site.id, clinic.now()).await.unwrap().len(), 1);
        assert_same!(tx.driver(bare.id).await.unwrap().unwrap(), bare);
        assert_same!(tx.driver(full.id).await.unwrap().unwrap(), full);

        let asked = Drive {
            id: DriveId::new(),
            appointment_id: to.id,
            driver_id: full.id,
            status: DriveStatus::Asked,
            legs: Legs::Both,
            appointment_version: 1,
            asked_at: clinic.now(),
            answered_at: None,
            answered_by: None,
            said_by: None,
            sign: None,
            sign_at: None,
            full_name: full.full_name.clone(),
            email: full.email.clone(),
            phone: full.phone.clone(),
        };
        tx.insert_drive(&asked).await.unwrap();
        assert_same!(tx.current_drive(to.id).await.unwrap().unwrap(), asked);
        let yes = Drive {
            status: DriveStatus::Confirmed,
            answered_at: Some(clinic.now()),
            answered_by: Some("driver by link".to_owned()),
            said_by: Some("her brother".to_owned()),
            legs: Legs::Home,
            sign: Some(DaySign::Waiting),
            sign_at: Some(clinic.now()),
            ..asked.clone()
        };
        assert!(tx.update_drive(&yes, DriveStatus::Asked).await.unwrap());
        assert!(!tx.update_drive(&yes, DriveStatus::Asked).await.unwrap());
        tx.commit().await.unwrap();
        assert_same!(clinic.read().await.drive(asked.id).await.unwrap().unwrap(), yes);

        // A second driver for the same visit is the database's to refuse.
        let mut tx = write(&clinic).await;
        let second = Drive { id: DriveId::new(), driver_id: bare.id, ..asked };
        assert!(matches!(tx.insert_drive(&second).await, Err(StoreError::Unique)));
    })
    .await;
}
