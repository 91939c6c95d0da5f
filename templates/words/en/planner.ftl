# Why a course cannot be planned, what would free it, and where its cost comes from.

planner-role-main = the treatment visit
planner-role-before = the visit before the first treatment
planner-role-after-each = the visit after each treatment
planner-role-after-last = the visit after the last treatment

planner-reason-nobody-serves = { $role } needs { $kind }, and nobody and no room at the clinic provides that.
planner-reason-too-few-days = The course needs at least { $n } days, and the dates allow { $from } to { $to }.
planner-reason-never-fits = { $service } takes { $duration }, and the clinic's staff and rooms are never free together for that long in these dates.
planner-reason-kind-never-free = No { $kind } is free for { $minutes } minutes of { $service } at any time the patient can come.
planner-reason-kind-never-free-mornings = No { $kind } is free for { $minutes } minutes of { $service } on the patient's mornings.
planner-reason-kind-never-free-afternoons = No { $kind } is free for { $minutes } minutes of { $service } on the patient's afternoons.
planner-reason-never-together = Staff and rooms for { $service } are never all free at a time the patient can come.
planner-reason-patient-never-can = { $service } takes { $duration }, and the patient's dates and times never hold that.
planner-reason-no-after-each = Nobody is free for { $service } { $min } to { $max } hours after a { $weekdays } { $main }.
planner-reason-no-after-each-off = No { $kind } works { $min } to { $max } hours after a { $weekdays } { $main }.
planner-reason-no-after-each-taken = No { $kind } is free { $min } to { $max } hours after a { $weekdays } { $main }.
planner-reason-no-after-each-patient = The patient cannot come { $min } to { $max } hours after a { $weekdays } { $main }.
planner-reason-no-after-each-no-day = Nobody is free for { $service } { $min } to { $max } hours after every { $main } of the course.
planner-reason-no-before = Nobody is free for { $service } { $min } to { $max } days before any possible first visit.
planner-reason-no-after-last = Nobody is free for { $service } { $min } to { $max } days after any possible last visit.
planner-reason-chain-breaks = { $n ->
        [one] Only one of { $visits } visits fits
       *[other] Only { $n } of { $visits } visits fit
    } with { $min } to { $max } days between them; after { $last } there is no room for the next.
planner-reason-ends-before = The last date allowed, { $date }, comes before visit { $index }.
planner-reason-ends-before-role = The last date allowed, { $date }, comes before { $role }.
planner-reason-starts-after = With a first date of { $date }, the course no longer fits.
planner-reason-kind-runs-out = No { $kind } is free for { $service } number { $index } of { $visits } when it would be due.
planner-reason-patient-times = The patient's days and times hold single visits, but no whole course.
planner-reason-patient-absences = The patient's absences leave single visits, but no whole course.
planner-reason-around-fixed = The course cannot be completed around { $role } number { $n }, which is held fast.
planner-reason-own-overlap = The patient's own visits would overlap each other.
planner-reason-dearer-than-leaving = It can be planned, but it costs more ({ $cost }) than leaving it unplanned ({ $unplanned }).
planner-reason-others-first = It fits alone, but the other courses take the time it needs.
planner-reason-searching = The search has not come to it yet.

planner-relax-from = { $change }: from { $first }.
planner-relax-both = { $change } and { $also }, both together: from { $first }.
planner-relax-weekday = with { $weekday }s from { $from } to { $to }
planner-relax-any-time-of-day = at any time of day on the days named
planner-relax-any-time = on any day at any time
planner-relax-drop-absences = without the patient's absences
planner-relax-latest = with a last date of { $date }
planner-relax-earliest = with a first date of { $date }
planner-relax-fewer-visits = { $n ->
        [one] with one visit
       *[other] with { $n } visits
    }
planner-relax-wider-gap = with { $min } to { $max } days between visits
planner-relax-wider-after = with { $min } to { $max } hours to the visit after each treatment
planner-relax-resource-day = if { $resource } worked { $weekday }s
planner-relax-free-resource = with { $resource } free of other bookings and absences
planner-weekday-list-last = { $list } or { $last }

planner-cost-gap = { $n ->
        [one] Visit { $index } comes one day off the usual gap
       *[other] Visit { $index } comes { $n } days off the usual gap
    }
planner-cost-shift = Visit { $index } is { $duration } away from the time of day before it
planner-cost-change = Visit { $index } changes from { $from } to { $to }
planner-cost-outside-preferred = Visit { $index } is outside the preferred times
planner-cost-delay = { $n ->
        [one] The first visit waits one day
       *[other] The first visit waits { $n } days
    }
planner-cost-moved = Visit { $index } moves
planner-cost-moved-confirmed = Visit { $index } moves though the patient confirmed it
planner-cost-reassigned = Visit { $index } keeps its time and changes people or room

planner-explain-course = { $request } costs { $cost }:
planner-explain-nothing = { $request } costs nothing.
planner-explain-left = { $request } is not planned, which costs { $cost }:
