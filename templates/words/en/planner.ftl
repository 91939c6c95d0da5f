# Why a course cannot be planned, what would free it, and where its cost comes from.

planner-role-main = the treatment visit
planner-role-before = the visit before the first treatment
planner-role-after-each = the visit after each treatment
planner-role-after-last = the visit after the last treatment

planner-reason-nobody-serves = { $role } needs { $kind }, and nobody and no room at the clinic provides that.
planner-reason-too-few-days = The course needs at least { $n } days, and the dates allow { $from } to { $to }.
planner-reason-never-fits = { $service } takes { $duration }, and the clinic's staff and rooms are never free together for that long in these dates.
planner-reason-kind-never-free = No { $kind } is free for { $service } at any time the patient can come.
planner-reason-never-together = Staff and rooms for { $service } are never all free at a time the patient can come.
planner-reason-patient-never-can = { $service } takes { $duration }, and the patient's dates and times never hold that.
planner-reason-no-after-each = Nobody is free for { $service } { $min } to { $max } hours after the treatment on { $weekdays }.
planner-reason-no-after-each-no-day = Nobody is free for { $service } { $min } to { $max } hours after any possible treatment.
planner-reason-no-before = Nobody is free for { $service } { $min } to { $max } days before any possible first visit.
planner-reason-no-after-last = Nobody is free for { $service } { $min } to { $max } days after any possible last visit.
planner-reason-chain-breaks = { $n ->
        [one] Only one of { $visits } visits fits
       *[other] Only { $n } of { $visits } visits fit
    } with { $min } to { $max } days between them; after { $last } there is no room for the next.
planner-reason-around-fixed = The course cannot be completed around { $role } number { $n }, which is held fast.
planner-reason-own-overlap = The patient's own visits would overlap each other.
planner-reason-dearer-than-leaving = It can be planned, but it costs more ({ $cost }) than leaving it unplanned ({ $unplanned }).
planner-reason-others-first = It fits alone, but the other courses take the time it needs.
planner-reason-searching = The search has not come to it yet.

planner-relax-weekday = With { $weekday }s from { $from } to { $to }: from { $first }.
planner-relax-any-time-of-day = At any time of day on the days named: from { $first }.
planner-relax-any-time = On any day at any time: from { $first }.
planner-relax-drop-absences = Without the patient's absences: from { $first }.
planner-relax-latest = With a last date of { $date }: from { $first }.
planner-relax-earliest = With a first date of { $date }: from { $first }.
planner-relax-fewer-visits = { $n ->
        [one] With one visit
       *[other] With { $n } visits
    }: from { $first }.
planner-relax-wider-gap = With { $min } to { $max } days between visits: from { $first }.
planner-relax-wider-after = With { $min } to { $max } hours to the visit after each treatment: from { $first }.
planner-relax-free-resource = With { $resource } free of other bookings and absences: from { $first }.
planner-weekday-list-last = { $list } and { $last }

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
