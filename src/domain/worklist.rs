//! What needs a person: kinds of worklist lines.

use crate::text_enum;

text_enum! {
    /// Why a line is on the worklist.
    pub enum WorkKind {
        /// A driver said no.
        DriverDeclined = "driver_declined", "work-driver-declined";
        /// A treatment is near and has no confirmed driver.
        DriverMissing = "driver_missing", "work-driver-missing";
        /// The patient has not confirmed a near visit.
        Unconfirmed = "unconfirmed", "work-unconfirmed";
        /// A message could not be delivered.
        MailFailed = "mail_failed", "work-mail-failed";
        /// A message has nobody to go to.
        NoAddress = "no_address", "work-no-address";
        /// A message became useless before it could go.
        MailLate = "mail_late", "work-mail-late";
        /// A hold ran out without an answer.
        HoldEnded = "hold_ended", "work-hold-ended";
        /// The patient asks for another time or wants out.
        PatientAsks = "patient_asks", "work-patient-asks";
        /// Somebody went past a gate.
        Override = "override", "work-override";
        /// Item 9 of a PHQ-9 is above zero and no clinician has reviewed it.
        Phq9Item9 = "phq9_item9", "work-phq9-item9";
        /// Somebody or a room is away, and a visit still stands there.
        AbsenceHit = "absence_hit", "work-absence-hit";
        /// A course is over and nobody has decided what comes next.
        ReviewDue = "review_due", "work-review-due";
        /// The review decided on another course.
        PlanSeries = "plan_series", "work-plan-series";
        /// The review decided that somebody else goes on.
        Refer = "refer", "work-refer";
        /// A patient asks for a time for their next visit.
        AsksForTime = "asks_for_time", "work-asks-for-time";
        /// Somebody who called waits on the clinic, or lets the clinic wait too long.
        IntakeWaits = "intake_waits", "work-intake-waits";
        /// A decision was put off until a day that has come.
        DecideAgain = "decide_again", "work-decide-again";
        /// A decision ends soon, and treatment goes on.
        DecisionEnds = "decision_ends", "work-decision-ends";
        /// A treatment is so near without a confirmed driver that a clinician decides what becomes of it.
        DriverDecision = "driver_decision", "work-driver-decision";
        /// Who was to take a patient home cannot, and the patient is here.
        DriverWithdrew = "driver_withdrew", "work-driver-withdrew";
        /// Mail to a driver reached somebody else.
        DriverAddressWrong = "driver_address_wrong", "work-driver-address-wrong";
        /// Mail to a patient or a driver comes back.
        AddressBounced = "address_bounced", "work-address-bounced";
        /// Mail to a patient reached somebody else.
        PatientAddressWrong = "patient_address_wrong", "work-patient-address-wrong";
        /// A patient canceled a visit by their link.
        PatientCanceled = "patient_canceled", "work-patient-canceled";
        /// Treatments are booked that the decision that counts does not allow.
        NoDecision = "no_decision", "work-no-decision";
    }
}

impl WorkKind {
    /// Whether it stands above every other line, is for clinicians only, cannot be put off, and leaves only by a review.
    pub fn is_urgent(self) -> bool {
        self == Self::Phq9Item9
    }

    /// Its place from the top: urgent lines, then what may not take place as it is booked, then everything by its time.
    pub fn place(self) -> u8 {
        match self {
            kind if kind.is_urgent() => 0,
            Self::NoDecision => 1,
            _ => 2,
        }
    }

    /// Whether it asks for a decision, which only clinicians make.
    pub fn is_for_deciders(self) -> bool {
        matches!(self, Self::DecideAgain | Self::DecisionEnds)
    }
}
