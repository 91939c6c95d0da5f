# Why something cannot be done: gates, conflicts and the actions' own rules.

conflict-taken = { $who } has another visit on { $when }.
conflict-taken-unnamed = Somebody else took { $when } for { $visit } a moment ago.
conflict-away = { $who } is away on { $when }.
conflict-outside-hours = { $who } does not work on { $when }.
conflict-patient-busy = The patient has another visit on { $when }.

refusal-changed = Somebody changed this a moment ago. Look at how it stands now, then try again.
refusal-not-found = This is not here any more.
refusal-not-permitted = Your role cannot do this.
refusal-busy = The database is busy. Try again in a moment.
refusal-internal = Something broke on our side. Nothing was saved.

unmet-no-driver = Driver: nobody is named.
unmet-driver-unanswered = Driver: { $name } has not answered.
unmet-driver-cure-name = Name a driver
unmet-driver-cure-answer = Record the answer
unmet-candidacy-undecided = Candidacy: nobody has decided whether treatment suits the patient.
unmet-candidacy-not-suitable = Candidacy: the decision is “not suitable”.
unmet-candidacy-deferred = Candidacy: the decision is put off.
unmet-candidacy-deferred-until = Candidacy: the decision is put off until { $day }.
unmet-candidacy-expired = Candidacy: ended { $day }.
unmet-candidacy-other = Candidacy: the decision names another program.
unmet-candidacy-cure = Ask a clinician to decide
unmet-treatment-that-day = The patient has another treatment on { $day }.
unmet-state = The visit is “{ $state }” now, so this step does not fit.
unmet-not-today = The visit is on { $when }, not today. Move it first.
unmet-recovering = Recovery: until { $time }, { $left } left.
unmet-no-coach = Coach check-in: not recorded.
unmet-no-coach-cure = Record the check-in
unmet-no-escort = Who takes the patient home: not recorded.
unmet-no-escort-cure = Record who it is
unmet-gap = { $n ->
        [one] One day from the treatment on { $other }; the plan asks for { $min } to { $max }.
       *[other] { $n } days from the treatment on { $other }; the plan asks for { $min } to { $max }.
    }
unmet-window = { $name } must start between { $from } and { $to }.
unmet-nothing-free = Nobody is free for { $name } between { $from } and { $to }.
unmet-no-consent = Consent: none is recorded.
unmet-consent-ahead = Consent: begins { $day }.
unmet-consent-withdrawn = Consent: withdrawn { $day }.
unmet-change-not-covered = Consent: covers the dates attended, not how things changed.
unmet-nothing-attended = Visits: none has been attended yet.
unmet-provider-retired = Letters: none go to this provider any more.

unmet-course-no-visit = Treatment { $index } is not in this course.
unmet-course-done = Treatment { $index } is over, so it stays as it is.
unmet-course-past = { $when } has passed. Choose a later time.
unmet-course-no-time = The clocks change around { $when }. Choose another time.
unmet-course-number = { $n ->
        [one] One treatment in all; this plan asks for { $min } to { $max }.
       *[other] { $n } treatments in all; this plan asks for { $min } to { $max }.
    }
unmet-course-fewer = { $n ->
        [one] One treatment is over already. Choose one or more.
       *[other] { $n } treatments are over already. Choose { $n } or more.
    }
unmet-course-same = This changes nothing. Choose another time, number or length.
unmet-course-nothing-ahead = No treatment of this course is ahead.
unmet-course-on-pause = The course is on pause. Resume it first.
unmet-course-not-on-pause = The course is not on pause.
moves-unsound = The people and rooms chosen cannot serve this visit together. Choose again.
series-change-not-running = Only a booked course that is running can be changed.
series-change-restore-paused = The course is on pause. Resume it to bring its visits back.
series-change-restore-gone = The course has changed since. Extend it, or book the visit again.

book-date-far = Choose a date within the next year.
book-off-grid = Visits do not start at that minute. Choose one of the times offered.
book-time-past = That time has passed. Choose a later one.
patients-no-contact = Enter a phone number or an email address.
decide-no-date = Enter the date.
decide-date-past = Enter a date from today on.
decide-no-protocol = Choose a protocol.
decide-no-number = Enter a number of treatments the protocol allows.
plan-no-decision = Nobody has decided whether treatment suits the patient.
plan-not-a-course = These visits are not a whole course of this protocol any more. Plan again.
plan-visits-range = Choose a number of treatments the protocol allows.
plan-search-failed = The search broke off. Nothing was booked. Plan again.
plan-settings-wrong = The clinic's hours, services or protocols do not make a plan. Ask the owner to check the settings.
plan-wish-name = the wished days and times
plan-reason-wished-times = { $service } never fits into the days and times asked for.
plan-reason-wished-runs-out = The days and times asked for leave no place for visit { $index }.
plan-reason-candidacy-ends = Candidacy ends on { $day }, before visit { $index }.
plan-reason-wishes = These wishes together leave no course.
plan-free-weekdays = On any day: first treatment { $day }.
plan-free-hours = At any time of day: first treatment { $day }.
plan-free-person = With { $name }: first treatment { $day }.
plan-free-away = Without the dates away: first treatment { $day }.
plan-free-pins = Without the pinned visits: first treatment { $day }.
plan-free-excluded = With the dropped times: first treatment { $day }.
plan-free-fewer = With fewer treatments: first treatment { $day }.
plan-free-all = Without wishes about days, times and people: first treatment { $day }.
plan-free-candidacy = With a decision that lasts longer: first treatment { $day }.
plan-gives-outside = { $n ->
        [one] One treatment is outside the preferred times
       *[other] { $n } treatments are outside the preferred times
    }
plan-gives-without = { $n ->
        [one] One treatment is not with { $name }
       *[other] { $n } treatments are not with { $name }
    }
plan-gives-change = Changes from { $from } to { $to } on the way
plan-gives-delay = { $n ->
        [one] Starts one day after the earliest date
       *[other] Starts { $n } days after the earliest date
    }
plan-gives-shift = { $n ->
        [one] One treatment is at another time of day, up to { $most } away
       *[other] { $n } treatments change the time of day, by up to { $most }
    }
plan-differs-later = { $n ->
        [one] starts a day later, { $day }
       *[other] starts { $n } days later, { $day }
    }
plan-differs-earlier = { $n ->
        [one] starts a day sooner, { $day }
       *[other] starts { $n } days sooner, { $day }
    }
plan-differs-weekday = on { $day }s
plan-differs-time = at { $time }
plan-differs-person = with { $name }
plan-differs-ends = ends { $day }
plan-differs-little = other people or rooms
settings-serves-nothing = Choose what this person or room is for.
settings-hours-wrong = Each stretch of hours must end after it starts, and stretches of one day may not overlap.
settings-absence-order = The absence must end after it starts.
staff-email-taken = Somebody has an account with this email already.
staff-last-owner = The clinic needs one active owner. Make somebody else an owner first.
protocols-numbers = Some numbers do not fit together. Check fewest, usual and most.
worklist-snooze-reason = Write why this can wait.
worklist-snooze-past = Choose a time that lies ahead.
outbox-too-late = The visit has begun, so this message is of no use any more.
