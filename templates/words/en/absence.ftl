# Absence and repair: the form, the search, what it found, and what was done. Also what every search says of itself.

run-seconds = { $n } s
run-stop = Stop
run-in-line = Another plan is being looked for. This one is next in line.
run-failed = The clinic's hours, services or protocols do not make a plan. Ask the owner to check the settings.
run-stopped-early = Stopped before anything was found.
planning-busy = Four plans are being looked for already. Wait for one of them, or stop it.

absence-title = Somebody or a room is away
absence-lead = You see every visit this hits and the smallest repair before anything changes.
absence-entered = This absence is in the book already. Only what it hits is repaired.
absence-who = Who or which room
absence-choose = Choose
absence-choose-who = Choose who or which room is away
absence-look = See what it hits
absence-link = Absence…
absence-repair-link = Repair

absence-run-title = { $name } is away
absence-hits = Hits { $n ->
    [one] 1 visit
   *[other] { $n } visits
} of { $patients }
absence-hits-patients = { $n ->
    [one] 1 patient
   *[other] { $n } patients
}
absence-nothing = This hits nothing.
absence-looking = Looking for the smallest repair. { $seconds }.
absence-searching = Not found yet
absence-best = Best so far: { $what }. { $seconds }.
absence-done = The best repair found: { $what }. { $seconds }.
absence-proved = The smallest repair: { $what }. { $seconds }.
absence-count-moved = { $n ->
    [one] 1 visit moves
   *[other] { $n } visits move
}
absence-count-same = { $n ->
    [one] 1 visit keeps its time
   *[other] { $n } visits keep their time
}
absence-count-left = { $n ->
    [one] 1 is left for the desk
   *[other] { $n } are left for the desk
}

absence-head-who = Patient
absence-head-hit = Now
absence-head-found = Repair
absence-head-choice = Take it?
absence-born = born { $birth }
absence-hit = { $visit }, { $when }
absence-change-moved = { $visit }: { $from } moves to { $to } with { $who }
absence-change-same = { $visit }: { $from } stays, now with { $who }
absence-and-more = { $first }, and { $n } more
absence-left = Left for the desk: { $why }
absence-driver = The driver is asked again.
absence-call = Call first: { $phone }
absence-no-phone = no phone number
absence-says = { $name } reads: “{ $lines }”
absence-says-line = { $from } is now { $to }.
absence-says-held = { $name } gets the offer again, with the new times.
absence-says-nothing = { $name } gets no message: no time changes.
absence-says-call = { $name } has no email address: call.
absence-goes-with = Can only be taken with { $names }: a time it takes is given up there.
absence-take = Take
absence-leave = Leave for the desk
absence-apply = Apply what is taken
absence-only = Enter the absence only
absence-only-lines = Put all on the worklist
absence-again = Plan again

absence-the-patient = the patient
absence-left-begun = A visit that is hit has begun or should have.
absence-left-lengths = The visits that are hit have different lengths. Move each by hand.
absence-left-talk = A treatment that is hit has no talk in its time. Move it by hand.
absence-left-others = It would take a time that another visit left for the desk still holds.
absence-left-days = The decision or other treatments leave no day for it.

absence-refused = Nothing was changed
absence-refused-last = What you chose is kept. A time you take may be one that a row you leave does not give up.
absence-torn = { $name } takes a time that is given up by { $names }. Take them together, or leave { $name } for the desk.
absence-torn-last = What you chose is kept.
absence-changed = { $name }: somebody changed a visit a moment ago.
absence-done-entered = { $name } is entered as away.
absence-done-moved = { $n ->
    [one] 1 visit moved.
   *[other] { $n } visits moved.
}
absence-done-same = { $n ->
    [one] 1 visit keeps its time with somebody else.
   *[other] { $n } visits keep their time with somebody else.
}
absence-done-left = { $n ->
    [one] 1 left on the worklist.
   *[other] { $n } left on the worklist.
}
