//! Which messages a patient may do without, by topic; everything else always comes.

use crate::domain::messages::Stage;
use crate::text_enum;

text_enum! {
    /// A topic of messages a patient may switch off.
    pub enum Topic {
        /// Something to set before a visit.
        Preparing = "preparing", "topic-preparing";
        /// Questions how somebody is.
        CheckIns = "check_ins", "topic-check-ins";
        /// Quiet things for the days after a visit.
        QuietDays = "quiet_days", "topic-quiet-days";
        /// Calls to choose a next visit.
        NextVisit = "next_visit", "topic-next-visit";
    }
}

text_enum! {
    /// Who switched a topic on or off.
    pub enum PreferenceSource {
        /// The patient, on their page.
        Patient = "patient", "preference-by-patient";
        /// The patient's mail program, at one press (RFC 8058).
        OneClick = "one_click", "preference-by-one-click";
        /// Staff, because the patient said so.
        Staff = "staff", "preference-by-staff";
    }
}

impl Stage {
    /// The topic it can be switched off with; `None` for what always comes. A visit's times, its driver, its forms and its price
    /// are no offer: without them somebody stands before a closed door or pays what nobody told them.
    pub fn topic(self) -> Option<Topic> {
        match self {
            Self::Intention => Some(Topic::Preparing),
            Self::MoodCheckIn | Self::Phq9CheckIn => Some(Topic::CheckIns),
            Self::Prompt24h | Self::Prompt48h => Some(Topic::QuietDays),
            Self::BoosterInvitation | Self::BoosterRecommended | Self::BoosterOverdue => {
                Some(Topic::NextVisit)
            }
            _ => None,
        }
    }

    /// Whether it always comes, whatever a patient prefers.
    pub fn is_essential(self) -> bool {
        self.topic().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_must_know_for_a_visit_cannot_be_switched_off() {
        for stage in [
            Stage::SeriesBooked,
            Stage::VisitBooked,
            Stage::VisitMoved,
            Stage::VisitCancelled,
            Stage::PatientReminder,
            Stage::DriverLastCall,
            Stage::DriverDeclined,
            Stage::IntakePacket,
            Stage::Estimate,
        ] {
            assert!(stage.is_essential(), "{stage}");
        }
    }

    #[test]
    fn every_topic_has_messages_and_none_of_them_goes_to_a_driver() {
        for topic in Topic::ALL {
            let about: Vec<Stage> =
                Stage::ALL.iter().copied().filter(|stage| stage.topic() == Some(*topic)).collect();
            assert!(!about.is_empty(), "{topic}");
            assert!(about.iter().all(|stage| !stage.is_for_driver()), "{topic}");
        }
    }
}
