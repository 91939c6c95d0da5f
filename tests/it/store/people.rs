//! Patients, accounts, services, protocols and settings come back as they went in.

use super::*;

#[tokio::test]
async fn patients_come_back_as_they_went_in_with_and_without_optional_values() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let full = Patient {
            id: PatientId::new(),
            site_id: clinic.site.id,
            full_name: "José O’Brien-Núñez".to_owned(),
            sort_name: "O’Brien-Núñez, José".to_owned(),
            name_to_use: Some("Pepe".to_owned()),
            birth_date: NaiveDate::from_ymd_opt(1924, 2, 29).unwrap(),
            email: Some("pepe@patients.test".to_owned()),
            phone: Some("(555) 010-0133".to_owned()),
            contact: ContactPreference::Phone,
            address_bounced: None,
            address_bounced_at: None,
            address_wrong_at: Some(clinic.now()),
            version: 1,
            created_at: clinic.now(),
        };
        let bare = Patient {
            id: PatientId::new(),
            name_to_use: None,
            email: None,
            phone: None,
            address_wrong_at: None,
            ..full.clone()
        };
        let mut tx = write(&clinic).await;
        for patient in [&full, &bare] {
            tx.insert_patient(patient).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = clinic.read().await;
        for patient in [&full, &bare] {
            assert_same!(tx.patient(patient.id).await.unwrap().unwrap(), patient);
        }
        assert!(tx.patient(PatientId::new()).await.unwrap().is_none());
        for typed in ["obrien", "nunez jos", "555 010", "pepe@pat", "1924-02-29"] {
            let found = tx.find_patients(clinic.site.id, typed, 10).await.unwrap();
            assert!(found.iter().any(|one| one.id == full.id), "{typed}");
        }
        assert!(tx.find_patients(clinic.site.id, "100%", 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_patient_changed_meanwhile_is_not_overwritten() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let mut tx = write(&clinic).await;
        assert!(
            tx.update_patient(&Patient { full_name: "Ana Ruiz Vega".into(), ..ana.clone() }).await.unwrap()
        );
        assert!(!tx.update_patient(&ana).await.unwrap());
        tx.commit().await.unwrap();
        let now = clinic.read().await.patient(ana.id).await.unwrap().unwrap();
        assert_eq!((now.full_name.as_str(), now.version), ("Ana Ruiz Vega", 2));
    })
    .await;
}

#[tokio::test]
async fn the_clinic_its_people_services_and_settings_come_back_as_they_went_in() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let mut tx = write(&clinic).await;
        assert_same!(tx.site().await.unwrap().unwrap(), clinic.site);
        assert!(tx.staff_by_email("owner@harbor.test").await.unwrap().is_some());
        assert_eq!(tx.sign_in_tries(b"somebody").await.unwrap(), (0, None));
        tx.set_sign_in_tries(b"somebody", 2, None).await.unwrap();
        tx.set_sign_in_tries(b"somebody", 3, Some(clinic.now())).await.unwrap();
        assert_eq!(tx.sign_in_tries(b"somebody").await.unwrap(), (3, Some(clinic.now())));
        assert!(matches!(tx.resource(ResourceId::new()).await, Ok(None)));

        let mut service = clinic.service("Infusion, 60 minutes").await;
        service.id = ServiceId::new();
        service.name = "Infusion “new”".to_owned();
        tx.insert_service(clinic.site.id, &service, 99).await.unwrap();
        assert_eq!(tx.service(service.id).await.unwrap(), Some(service.clone()));
        service.active = false;
        service.price_cents = 0;
        tx.update_service(&service).await.unwrap();
        assert_eq!(tx.service(service.id).await.unwrap(), Some(service));

        let mut protocol = clinic.protocol("Induction, 60 minutes").await;
        protocol.id = ProtocolId::new();
        tx.insert_protocol(clinic.site.id, &protocol, 99).await.unwrap();
        assert_eq!(tx.protocol(protocol.id).await.unwrap(), Some(protocol.clone()));
        (protocol.before, protocol.after_each, protocol.after_last) = (None, None, None);
        protocol.package_cents = Some(390_000);
        tx.update_protocol(&protocol).await.unwrap();
        assert_eq!(tx.protocol(protocol.id).await.unwrap(), Some(protocol));

        let absence = Absence {
            id: AbsenceId::new(),
            resource_id: clinic.jane,
            starts_at: clinic.now(),
            ends_at: clinic.now() + TimeDelta::hours(1),
            note: "away".to_owned(),
        };
        tx.insert_absence(&absence).await.unwrap();
        let until = clinic.now() + TimeDelta::days(1);
        assert_same!(tx.absences(clinic.site.id, clinic.now(), until).await.unwrap(), [&absence]);
        assert!(tx.absences(clinic.site.id, absence.ends_at, until).await.unwrap().is_empty());
        assert_same!(tx.delete_absence(absence.id).await.unwrap(), Some(absence));

        assert_eq!(tx.setting("x").await.unwrap(), None);
        for value in ["one", "two"] {
            tx.set_setting("x", value).await.unwrap();
            assert_eq!(tx.setting("x").await.unwrap().as_deref(), Some(value));
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_account_with_one_email_is_refused() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let mut tx = write(&clinic).await;
        let mut twin = tx.staff_by_email("owner@harbor.test").await.unwrap().unwrap();
        twin.id = seriesbook::domain::ids::StaffId::new();
        assert!(matches!(tx.insert_staff(&twin).await, Err(StoreError::Unique)));
    })
    .await;
}
