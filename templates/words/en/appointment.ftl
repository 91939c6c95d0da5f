# One visit for staff: its page, the acts on it, what refuses them, and canceling it.

appointment-title = { $name }: { $service }
appointment-place = { $name }, { $index } of { $total }
appointment-when = { $when } to { $end }
appointment-not-known = Not known
appointment-visit = Visit
appointment-patient = Patient
appointment-born = Born
appointment-phone = Phone
appointment-service = Service
appointment-series = The whole course
appointment-time = Time
appointment-price = Price
appointment-phases = Phases
appointment-phase = Phase
appointment-who = Who and where
appointment-messages = Messages
appointment-messages-none = No messages about this visit.
appointment-history = What happened
appointment-coach = Coach check-in before going home

appointment-missing-driver = Driver: none named
appointment-missing-driver-answer = Driver: { $name } has not answered
appointment-missing-candidacy-undecided = Candidacy: nobody has decided
appointment-missing-candidacy-not-suitable = Candidacy: not suitable
appointment-missing-candidacy-deferred = Candidacy: deferred
appointment-missing-candidacy-deferred-until = Candidacy: deferred until { $day }
appointment-missing-candidacy-ended = Candidacy: only until { $day }
appointment-missing-confirmation = Not confirmed by the patient
appointment-missing-coach = Coach check-in: not recorded

appointment-event-booked = Booked
appointment-event-confirmed = The patient said they come
appointment-event-arrived = Arrived
appointment-event-started = Started
appointment-event-recovery = Recovery began
appointment-event-home = Ended
appointment-event-home-with = Went home with { $escort }
appointment-event-canceled = Canceled by { $by }: { $reason }
appointment-event-coach = Coach check-in recorded by { $by }
appointment-event-coach-waived = Coach check-in waived by { $by }: { $reason }

appointment-act-confirm = Record by phone that they come
appointment-act-undo-check-in = Undo the check-in
appointment-act-undo-missed = They came after all
appointment-act-restore = Put back in the book
appointment-act-move = Move
appointment-act-cancel = Cancel visit
appointment-act-waive = Waive the check-in
appointment-waived = Why is it waived?
appointment-waived-wrong = Write why the check-in is waived, in 15 to 500 characters
appointment-escort = Who takes them home?
appointment-escort-hint = Full name of the adult at the door
appointment-escort-wrong = Enter the full name of who takes them home

appointment-done-check-in = Checked in { $name } at { $time }.
appointment-done-undo-check-in = { $name } is not checked in any more.
appointment-done-start = Started for { $name } at { $time }.
appointment-done-recovery = Recovery of { $name } began at { $time }.
appointment-done-coach = Coach check-in noted for { $name } at { $time }.
appointment-done-discharge = { $name } is done here, { $time }.
appointment-done-missed = Noted that { $name } did not come.
appointment-done-undo-missed = { $name } is expected again.
appointment-done-confirm = Noted that { $name } comes.
appointment-done-restore = The visit of { $name } is back in the book.
appointment-done-answer = Noted the answer about driving { $name }.

appointment-changed = Somebody changed this visit while you were looking at it. Nothing of yours is saved. This is how it stands now.
appointment-refused-other = This cannot be done for { $name }
appointment-refused-check-in = { $name } cannot check in yet. { $n ->
    [one] 1 thing is missing.
   *[other] { $n } things are missing.
}
appointment-refused-discharge = { $name } cannot go home yet. { $n ->
    [one] 1 thing is missing.
   *[other] { $n } things are missing.
}
appointment-refused-restore = The visit of { $name } cannot go back in the book. { $n ->
    [one] 1 thing is in the way.
   *[other] { $n } things are in the way.
}
appointment-refused-step = This cannot be done for { $name } yet. { $n ->
    [one] 1 thing is in the way.
   *[other] { $n } things are in the way.
}
appointment-override-reason = Why is it safe to go on?
appointment-override-hint = 15 characters or more. It is kept in the audit log with your name.
appointment-override-wrong = Write why it is safe to go on, in 15 to 500 characters
appointment-override-check-in = Check in anyway
appointment-override-discharge = Let them go home anyway
appointment-override-who-check-in = A clinician can check in anyway with a written reason. It is kept in the audit log.
appointment-override-who-discharge = A clinician can let them go home anyway with a written reason. It is kept in the audit log.

appointment-cancel-title = Cancel the visit of { $name }
appointment-cancel-what = { $service }, { $when }
appointment-cancel-with = This goes too:
appointment-cancel-alone = Their other visits stay.
appointment-cancel-mail = { $name } gets an email in { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Until then you can undo this and no email goes out.
appointment-cancel-no-mail = { $name } has no email address. Call { $phone }.
appointment-cancel-held = The visit is only held, so no email goes out.
appointment-cancel-driver = { $name } is told that nobody needs the drive.
appointment-cancel-reason = Why is it canceled?
appointment-cancel-reason-hint = For the staff; the patient does not read it.
appointment-cancel-reason-wrong = Write why it is canceled, in 200 characters or fewer
appointment-cancel-do = Cancel visit of { $name }
appointment-cancel-keep = Keep the visit
appointment-cancel-not = This visit cannot be canceled: its state is “{ $state }”.
appointment-canceled = Canceled the visit of { $name }, { $when }.
appointment-canceled-with = Canceled the visit of { $name }, { $when }, and { $n ->
    [one] 1 visit that went with it.
   *[other] { $n } visits that went with it.
}

appointment-no-recovery = Only a treatment has a recovery.
appointment-not-yet = The visit has not begun yet, so nobody can have missed it.
appointment-reason-short = Write a reason of 15 characters or more.
