# The waiting list: who waits, the plan for all of them, and what was held or booked.

waiting-title = Waiting list
waiting-run-title = Plan for the waiting list
waiting-empty = Nobody waits: everybody whom treatment suits has a course.
waiting-cut = The { $shown } who wait longest are shown and planned. { $n ->
    [one] 1 more waits.
   *[other] { $n } more wait.
}
waiting-plan = Plan the waiting list
waiting-plan-one = Plan alone
waiting-no-wishes = None kept
waiting-head-who = Patient
waiting-head-since = Waits since
waiting-head-course = Course
waiting-head-wishes = Wishes
waiting-head-act = Act
waiting-head-found = Found
waiting-head-first = First treatment
waiting-head-notes = Gives up, or what frees it
waiting-since = { $n ->
    [0] { $day }
    [one] { $day }, 1 week
   *[other] { $day }, { $n } weeks
}
waiting-asks = { $protocol }, { $n ->
    [one] 1 treatment
   *[other] { $n } treatments
}
waiting-wish = { $what } ({ $how })
waiting-wish-from = not before { $day }
waiting-wish-away = { $n ->
    [one] away once
   *[other] away { $n } times
}

waiting-looking = Looking for courses. { $seconds }.
waiting-searching = Not found yet
waiting-best = Best so far: { $some } of { $all } have a course. { $seconds }.
waiting-done = The best plan found: { $some } of { $all } have a course. { $seconds }.
waiting-proved = No better plan exists: { $some } of { $all } have a course. { $seconds }.
waiting-course = { $first } to { $last }, { $price }
waiting-left-others = A course would fit, but others who wait longer or fit better take the time.
waiting-choose = Choose at least one course
waiting-book = Book the chosen courses
waiting-held = { $n ->
    [one] 1 course held.
   *[other] { $n } courses held.
}
waiting-booked = { $n ->
    [one] 1 course booked.
   *[other] { $n } courses booked.
}
waiting-none-booked = Nothing was held or booked: the course of { $name } is not free any more
waiting-refused-last = What you chose is kept. Leave this one out, or plan the waiting list again.
waiting-has-course = There is a held or running course already.
