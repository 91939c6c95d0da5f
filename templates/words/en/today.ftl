# The Today board.

today-title = Today · { $day }
today-title-other = { $day }
today-visits = { $n ->
    [one] 1 visit
   *[other] { $n } visits
}
today-need = { $n ->
    [0] nothing missing
    [one] 1 needs something
   *[other] { $n } need something
}
today-summary = { $visits } · { $need }
today-days = Days
today-previous = Previous day
today-next = Next day
today-now = Today
today-sheet = Day sheet to print

today-column-expected = Expected
today-column-arrived = Arrived
today-column-active = Infusing or in session
today-column-recovering = Recovering
today-column-ready = Ready to go
today-column-gone = Gone
today-column-none = Nobody
today-gone-show = Show { $n ->
    [one] 1 person who went home
   *[other] { $n } people who went home
}
today-aside = Canceled or did not come ({ $n })

today-empty = Nobody is booked on this day.
today-empty-next = Nobody is booked on this day. Next visit: { $when }.
today-empty-open = Go to that day

today-loose = Left open on earlier days ({ $n })
today-loose-line = { $name }, { $when }: not marked as gone
today-loose-act = Open and close

today-late = { $n } min late
today-here = Here for { $n } min
today-ends = Ends { $time }, { $n } min left
today-over = Planned end { $time }, { $n } min over
today-recovery = Recovery may end { $time }, in { $n } min
today-home = Went home at { $time }
today-driver = Driver: { $name }
today-past-gate = Went past a gate: { $reason }
today-more = +{ $n } more

today-act-check-in = Check in
today-act-name-driver = Name driver
today-act-answer = Record the answer
today-act-chart = Open chart to decide
today-act-confirm = Record that they come
today-act-missed = Did not come
today-act-start = Start
today-act-recovery = Start recovery
today-act-coach = Record coach check-in
today-act-end = End session
today-act-home = Gone home
today-act-escort = Record who takes them home
today-act-open = Open visit
