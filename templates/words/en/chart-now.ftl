# The top of the chart: where a patient stands, who has the ball, the next step, what is missing; the course visit by visit.

path-heading = To do next
path-nothing-missing = Nothing is missing.
path-ball-since = { $who }, since { $day }
path-holder-desk = With the front desk
path-holder-patient = With the patient
path-holder-clinician = With a clinician
path-holder-driver = With the driver
path-holder-nobody = Nobody has to act

path-new = New, no inquiry yet
path-inquiry = Inquiry
path-packet-out = Packet out
path-packet-begun = Packet out, begun
path-packet-back = Packet back
path-more-asked = More asked of the patient
path-offered = Consultation offered
path-declined = No consultation offered
path-intake-closed = Inquiry closed
path-consultation = Consultation { $when }
path-to-decide = To decide since { $day }
path-suitable = Decided, no series yet
path-deferred = Decision put off
path-deferred-until = Decision put off to { $day }
path-not-suitable = No treatment
path-ended = Decision ended { $day }
path-held = Series held
path-held-until = Series held until { $when }
path-running = { $name }: treatment { $index } of { $of }
path-single = { $name }: { $when }
path-paused = Series on pause since { $day }
path-review-booked = Review { $when }
path-review-due = Review due
path-boosters = Booster: { $state }
path-recall-stopped = Recall stopped
path-another = Another series wanted
path-referred = Referred
path-closed = Course closed

path-todo-inquiry = Take the inquiry down.
path-todo-form = Send the intake form.
path-todo-again = The form is late. Send it again, or call.
path-todo-answers = Read the answers and say whether a consultation is offered.
path-todo-tell = Call: the patient has not heard the answer.
path-todo-consultation = Book the consultation.
path-todo-decide = Decide whether treatment suits.
path-todo-plan = Plan the series.
path-todo-booster = Plan the next booster.
path-todo-hold = Book the held series, or release it.
path-todo-driver = Name a driver for { $when }.
path-todo-answer = Ask { $name } about driving on { $when }.
path-todo-confirm = Ask whether they come on { $when }.
path-todo-check-in = Check in: { $when }.
path-todo-follow = Here now: follow the visit.
path-todo-settle = Note what became of the visit of { $when }.
path-todo-resume = Let the series go on.
path-todo-review = Hold the review and decide what comes next.
path-todo-nothing = Nothing to do now.
path-act-answer = Record the answer
path-act-visit = Open the visit

path-lack-passed = Nobody noted what became of { $when }
path-lack-driver = { $n ->
    [0] No driver for { $when }
    [one] No driver for { $when } and 1 later treatment
   *[other] No driver for { $when } and { $n } later treatments
}
path-lack-answer = { $n ->
    [0] The driver for { $when } has not answered
    [one] The drivers for { $when } and 1 later treatment have not answered
   *[other] The drivers for { $when } and { $n } later treatments have not answered
}
path-lack-confirmation = { $n ->
    [0] Not confirmed: { $when }
    [one] Not confirmed: { $when } and 1 later visit
   *[other] Not confirmed: { $when } and { $n } later visits
}
path-lack-talk = Treatment { $index } has no talk
path-lack-not-booked = { $n ->
    [one] 1 treatment of the series is not booked
   *[other] { $n } treatments of the series are not booked
}
path-lack-gap = Candidacy does not cover { $day }
path-lack-ends = Candidacy ends { $day }
path-lack-estimate = Estimate not read, sent { $day }
path-lack-consent = { $n ->
    [one] No consent for 1 outside provider
   *[other] No consent for { $n } outside providers
}
path-lack-work = { $what }: { $note }

path-done = { $done } of { $of } treatments done
path-next = Next
path-canceled = { $n ->
    [one] 1 canceled visit
   *[other] { $n } canceled visits
}
path-step-main = Treatment { $index }
path-step-done = Done
path-not-booked = Not booked
path-not-confirmed = Not confirmed
path-no-talk = No talk booked
