# One whole course: its state, its visits, and the words for the parts of a course.

series-title = Course of { $name }
series-state-held = Held
series-state-active = Booked
series-state-completed = Completed
series-state-cancelled = Canceled
role-visit-before = Preparation
role-visit-main = Treatment
role-visit-after-each = Coaching
role-visit-after-last = Review

series-total = Total price
series-coming = Patient
series-driving = Drivers
series-made = Planned
series-confirmed = { $some } of { $all } visits confirmed
series-drivers = { $some } of { $all } drivers confirmed
series-created = by { $name }, { $when }
series-week = Week of { $day }
series-when = When
series-visit = Visit
series-who = People and room
series-state = State
series-driver = Driver and what is missing
series-acts = Acts
series-driver-none = Nobody named
series-driver-asked = { $name }, asked
series-driver-confirmed = { $name }, confirmed
series-move = Move
series-cancel = Cancel
series-review = Review
series-release = Release the hold
series-empty = No visit belongs to this course.

series-done-booked = { $n ->
    [one] Booked 1 visit
   *[other] Booked { $n } visits
} for { $name }. { $mail } Read aloud: { $aloud }
series-done-held = { $n ->
    [one] Held 1 visit
   *[other] Held { $n } visits
} for { $name } until { $when }. Nobody else can take these times. { $mail } Read aloud: { $aloud }
series-released = The hold for { $name } is released. Its times are free again.
series-refused-title = The course of { $name } stays as it is
series-changed = Somebody changed this course meanwhile, or its hold ended. What you see here is how it stands now.
