# Words of the patient chart.

chart-name-used = { $name } “{ $used }”
chart-born = born { $birth } ({ $age })
chart-no-phone = phone not known
chart-no-email = email not known
chart-contact = reach by: { $how }
chart-similar = Similar names:
chart-similar-name = { $name }, born { $birth }
chart-next = Next: { $what }
chart-here = Here now: { $what }
chart-no-next = No visit ahead
chart-book = Book a visit
chart-plan = Plan a series
chart-decide = Decide
chart-edit = Change details

chart-suitable-until = Suitable until { $when }
chart-undecided = Not decided
chart-not-suitable = Not suitable
chart-deferred-until = Deferred until { $when }
chart-deferred = Deferred
chart-ended = Ended { $when }
chart-planned = { $n ->
    [one] 1 treatment planned
   *[other] { $n } treatments planned
}
chart-protocol-unknown = a protocol that was removed
chart-staff-unknown = somebody who left

chart-visit-of = { $name } { $index } of { $count }
chart-driver-none = No driver
chart-driver-asked = driver { $name }, no answer yet
chart-driver-confirmed = driver { $name }, confirmed
chart-mark-before = Preparation
chart-mark-after-each = Talk { $index }
chart-mark-after-last = Review
chart-open-series = Open the series
chart-open-held = Book or release
chart-earlier-series = Earlier:
chart-earlier = { $name }, { $state }, from { $when }
chart-lacks-candidacy = Candidacy does not cover { $when }
chart-lacks-driver = { $n ->
    [one] 1 treatment has no driver
   *[other] { $n } treatments have no driver
}
chart-lacks-answer = { $n ->
    [one] 1 drive has no answer yet
   *[other] { $n } drives have no answer yet
}
chart-lacks-confirmation = { $n ->
    [one] 1 visit is not confirmed
   *[other] { $n } visits are not confirmed
}

chart-sections = Sections of this chart
chart-visits = Visits
chart-visits-empty = No visits yet. Book a consultation first: it comes before any treatment.
chart-ahead = Ahead
chart-ahead-empty = Nothing is booked from now on.
chart-past = Past and canceled
chart-when = When
chart-what = What
chart-with = With
chart-state = State
chart-driver = Driver
chart-canceled-by = by { $who }, { $when }. { $why }
chart-messages = Messages
chart-messages-empty = No messages yet. The first goes out when a visit is booked.
chart-messages-more = Earlier messages
chart-about = About
chart-to = To
chart-to-patient = Patient
chart-drivers = Drivers
chart-drivers-empty = No driver named yet. The patient names one by their link, or you name one on the visit's page.
chart-reach = Reach
chart-visit = Visit
chart-answer = Answer
chart-answered = { $when }, { $who }
chart-asked = asked { $when }
chart-not-asked = Not asked for any visit
chart-decisions = Decisions
chart-decisions-empty = Nobody has decided yet. Until a clinician does, no treatment can be booked.
chart-until = until { $when }
chart-again-on = to decide again on { $when }
chart-decided-by = { $who }, { $when }
chart-history = History
chart-history-empty = Nothing was changed yet.
chart-history-show = Every change, newest first
chart-who = Who
chart-values = Before → after
chart-value-changed = { $name }: { $was } → { $is }
chart-value-gone = { $name }: { $was } → none
chart-value-new = { $name }: { $is }
chart-value-yes = yes
chart-value-no = no
