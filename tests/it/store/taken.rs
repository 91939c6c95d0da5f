//! The database itself refuses time that is taken, phase by phase, and a second treatment on a day.

use super::*;

/// Whether the database takes this visit beside what is there.
async fn takes(clinic: &Clinic, one: &Appointment) -> Result<(), StoreError> {
    let mut tx = write(clinic).await;
    tx.insert_appointment(one).await?;
    tx.occupy(one).await?;
    tx.commit().await
}

#[tokio::test]
async fn overlaps_are_refused_phase_by_phase_and_touching_is_allowed() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store.clone()).await;
        let (ana, ben, cleo) = (
            clinic.patient("Ana Ruiz").await,
            clinic.patient("Ben Ito").await,
            clinic.patient("Cleo Day").await,
        );
        // 10:00 to 11:00 Jane, 11:00 to 11:30 Sam.
        takes(&clinic, &visit(&clinic, &ana, "2026-12-01T10:00").await).await.unwrap();
        for local in ["2026-12-01T10:00", "2026-12-01T10:59", "2026-12-01T09:01"] {
            let refused = takes(&clinic, &visit(&clinic, &ben, local).await).await;
            assert!(matches!(refused, Err(StoreError::Overlap)), "{local}: {refused:?}");
        }
        // Jane is free while Sam still has the first patient; Sam is free again when the second one rests.
        takes(&clinic, &visit(&clinic, &ben, "2026-12-01T11:00").await).await.unwrap();
        // And the visit before ends for Jane exactly when the first begins, for Sam half an hour before his turn.
        let mut before = visit(&clinic, &cleo, "2026-12-01T09:00").await;
        takes(&clinic, &before).await.unwrap();

        // The same people are no obstacle on another day, the same patient elsewhere at the same time is.
        before = visit(&clinic, &ana, "2026-12-01T10:30").await;
        before.assigned = vec![
            Assignment { kind: Kind::Clinician, resource: clinic.tom },
            Assignment { kind: Kind::Attendant, resource: clinic.lena },
        ];
        let refused = takes(&clinic, &before).await;
        assert!(matches!(refused, Err(StoreError::Overlap)), "{refused:?}");
        assert_eq!(count(&store, "SELECT COUNT(*) FROM appointments").await, 3, "a refusal leaves nothing");
        assert_eq!(count(&store, "SELECT COUNT(*) FROM occupancy").await, 9);
        // Raw SQL does not get past it either.
        let moved =
            execute(&store, "UPDATE occupancy SET starts_at = (SELECT MIN(starts_at) FROM occupancy)").await;
        assert!(moved.is_err(), "{moved:?}");
    })
    .await;
}

#[tokio::test]
async fn time_given_back_can_be_taken_again() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let ben = clinic.patient("Ben Ito").await;
        let first = visit(&clinic, &ana, "2026-12-01T10:00").await;
        takes(&clinic, &first).await.unwrap();
        let mut tx = write(&clinic).await;
        tx.vacate(first.id).await.unwrap();
        tx.commit().await.unwrap();
        takes(&clinic, &visit(&clinic, &ben, "2026-12-01T10:00").await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_second_treatment_of_one_patient_on_a_day_is_refused() {
    on_each_database(|store| async move {
        let clinic = Clinic::open(store).await;
        let ana = clinic.patient("Ana Ruiz").await;
        let ben = clinic.patient("Ben Ito").await;
        let day = NaiveDate::from_ymd_opt(2026, 12, 1);
        let treat = |one: Appointment| Appointment { treatment_day: day, ..one };
        takes(&clinic, &treat(visit(&clinic, &ana, "2026-12-01T09:00").await)).await.unwrap();
        let second = takes(&clinic, &treat(visit(&clinic, &ana, "2026-12-01T13:00").await)).await;
        assert!(matches!(second, Err(StoreError::TreatmentThatDay)), "{second:?}");
        takes(&clinic, &visit(&clinic, &ana, "2026-12-01T13:00").await).await.unwrap();
        takes(&clinic, &treat(visit(&clinic, &ben, "2026-12-01T15:00").await)).await.unwrap();
    })
    .await;
}
