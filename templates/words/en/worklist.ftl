# Words of the worklist: kinds of lines, how urgent, acts.

work-driver-declined = Driver said no
work-driver-missing = Driver missing
work-unconfirmed = Visit not confirmed
work-mail-failed = Message failed
work-no-address = A message has no address
work-mail-late = Message came too late
work-hold-ended = Hold ended
work-patient-asks = Patient asks for a change
work-override = Went past a gate
work-phq9-item9 = PHQ-9: item 9 above zero
work-absence-hit = Visit during an absence
work-review-due = Review to hold
work-plan-series = Another series to plan
work-refer = Referral to send
work-asks-for-time = Patient asks for a time
work-intake-waits = Intake waits

worklist-title = Worklist
worklist-head-due = Due
worklist-head-what = What
worklist-head-about = Who and which visit
worklist-head-note = Note
worklist-head-phone = Phone
worklist-head-act = Act
worklist-head-done = Done or later
worklist-due-in = Due in { $span }
worklist-due-on = Due { $day }
worklist-today = Today, by { $time }
worklist-overdue = Overdue by { $span }
worklist-about = { $name }, { $visit }, { $when }
worklist-act-driver = Name driver
worklist-act-call = Call { $phone }
worklist-act-address = Fix address
worklist-act-message = Open message
worklist-act-chart = Open chart
worklist-act-review = Review now
worklist-now = Now
worklist-item9 = Nobody has reviewed it yet
worklist-leaves-reviewed = Leaves when a clinician has reviewed it
worklist-needs-review = This line cannot be put off. It leaves when a clinician has reviewed the answers.
worklist-act-move = Move visit
worklist-away = { $name } is away
worklist-act-hold-review = Open review
worklist-act-plan = Plan series
worklist-act-intake = Open intake
worklist-unanswered = { $name } has not answered
worklist-declined = { $name } cannot drive
worklist-nobody = Nobody is named
worklist-call-instead = It cannot go by email. Call instead
worklist-done = Done
worklist-done-label = Done: { $about }
worklist-leaves = Leaves by itself
worklist-snooze = Snooze
worklist-snooze-button = Snooze
worklist-hours-label = For how long?
worklist-hours-error = Choose for how long
worklist-hours = { $n ->
    [1] 1 hour
    [24] 1 day
    [72] 3 days
    [168] 1 week
   *[other] { $n } hours
}
worklist-why-label = Why can this wait?
worklist-why-error = Enter why this can wait, in 200 characters or fewer
worklist-until = Snoozed until { $when }: { $why }
worklist-snoozed = { $n ->
    [one] 1 snoozed
   *[other] { $n } snoozed
}
worklist-done-flash = Done. The line is off the worklist.
worklist-reopened-flash = The line is back on the worklist.
worklist-snoozed-flash = Snoozed until { $when }.
worklist-changed = Somebody did this already. Nothing changed.
worklist-empty = Nothing needs you.
worklist-next-hold = Next expected: the hold for { $name } ends { $when }.
worklist-next-visit = Next expected: the visit on { $when }.
