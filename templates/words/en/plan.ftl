# Planning a series: wishes, courses, pins and drops, and the course said aloud.

plan-title = Plan a course for { $name }
plan-suitable = Suitable until { $day } ({ $name })
plan-wishes = Wishes
plan-protocol = Course
plan-protocol-choose = Choose one of the courses
plan-visits = Treatments
plan-visits-number = Enter a number of treatments
plan-visits-between = Enter { $min } to { $max } treatments
plan-from = Not before
plan-from-date = Enter a date from today on, at most a year ahead
plan-choose-one = Choose one of the list
plan-with-choose = Choose somebody of the list
plan-part-how = The time is
plan-with-how = The person is
plan-must = a must
plan-rather = a wish
plan-days = Days that work
plan-days-rather = Best on
plan-away = Dates away
plan-away-from = Away { $number }, from
plan-away-to = Away { $number }, to
plan-away-date = Enter a date
plan-away-order = The last day away must not be before the first
plan-away-day = Away
plan-show = Show courses
plan-keep = Keep these wishes
plan-kept = Kept the wishes of { $name } for later planning.
plan-kept-from = These wishes were kept on { $day } by { $name }.
plan-pin-unknown = A pinned visit in this address cannot be read. It was left out.
plan-drop-unknown = A dropped visit in this address cannot be read. It was left out.

plan-courses = Choose a course
plan-course-choose = Choose a course
plan-legend = 1, 2, 3 are treatments · p preparation · c coaching · r review
plan-option = { $letter }  { $name }
plan-best = Best fit
plan-another = Another way
plan-dates = { $first } to { $last }
plan-gives-up = Gives up:
plan-gives-nothing = Gives up nothing
plan-differs = Against A:
plan-weeks = Weeks of course { $letter }
plan-week = Week
plan-cell = { $day }: { $visits }
plan-cell-main = { $name } { $index }, { $time }
plan-cell-visit = { $name }, { $time }
plan-phase = { $name } { $minutes } min
plan-place = { $role } { $index }

plan-list = Visits, to pin or drop
plan-pin = Pin
plan-unpin = Unpin
plan-pinned = Pinned
plan-drop = Drop
plan-allow = Allow again
plan-fixed = Pinned and dropped
plan-pinned-line = { $place } stays on { $when }
plan-dropped-line = { $place } not on { $when }

plan-hold-hours = Hold for { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
plan-hold-minutes = Hold for { $n } minutes
plan-book = Book { $n ->
    [one] 1 visit
   *[other] { $n } visits
} for { $name }

plan-impossible = No course fits these wishes
plan-in-the-way = In the way:
plan-frees = What frees it
plan-loosen = Plan again
plan-loosen-days = On any day
plan-loosen-part = Time of day only if it fits
plan-loosen-with = The person only if it fits
plan-loosen-away = Without the dates away
plan-loosen-pins = Without the pinned visits
plan-loosen-drops = With the dropped times

plan-closed-title = No treatment can be booked for { $name } yet
plan-closed-last = Planning opens as soon as a clinician has decided.
plan-no-protocols = No course is set up. An owner adds courses in the settings.
plan-none-booked = { $n ->
    [one] The visit for { $name } is not booked.
   *[other] None of the { $n } visits for { $name } is booked.
}
plan-conflict-next = Someone was a moment faster. The courses below are planned anew with the same wishes.
plan-refused-last = The wishes are kept. Choose another course below, or settle what is listed.
plan-keep-rest = { $n ->
    [one] Keep the other visit and plan the rest again
   *[other] Keep the other { $n } visits and plan the rest again
}

plan-aloud-quote = “{ $text }”
plan-aloud-us = us
plan-aloud-and = { $list } and { $last }
plan-aloud-count = { $n ->
    [1] One
    [2] Two
    [3] Three
    [4] Four
    [5] Five
    [6] Six
    [7] Seven
    [8] Eight
    [9] Nine
    [10] Ten
    [11] Eleven
    [12] Twelve
   *[other] { $n }
}
plan-aloud-before = First { $who }, on { $when }.
plan-aloud-main = { $count } { $weekday }s at { $time } with { $who }, from { $first } to { $last }.
plan-aloud-main-list = { $n ->
    [one] One treatment with { $who }: { $list }.
   *[other] { $count } treatments with { $who }: { $list }.
}
plan-aloud-talk = A talk with { $who } each { $weekday } at { $time }.
plan-aloud-talk-list = { $n ->
    [one] A talk with { $who }: { $list }.
   *[other] Talks with { $who }: { $list }.
}
plan-aloud-last = Then { $who } on { $when }.
plan-aloud-driver-weekday = Somebody else drives you every { $weekday }.
plan-aloud-driver = { $n ->
    [one] Somebody else drives you on the day of the treatment.
   *[other] Somebody else drives you on each day of treatment.
}
plan-aloud-total = The total is { $price }.
