# seriesbook capacity: how many more series fit, what binds, and what one more room, person or day would add.

capacity-title = More series that fit from { $from } to { $to }. Each row is counted by itself.
capacity-none-asked = There is nothing to count: no protocol can be planned now.
capacity-no-protocol = There is no protocol { $name }. There are: { $offered }.
capacity-series = Series
capacity-fit = Fit
capacity-first = First starts
capacity-last = Last starts
capacity-binds = What binds
capacity-at-least = at least { $n }
capacity-limit = { $n } or more
capacity-none = none
capacity-nothing-binds = no single kind
capacity-not-asked = not asked
capacity-why = No series of { $series } fits. { $reason }
capacity-one-more = One more
capacity-adds = Adds to { $series }
capacity-adds-some = +{ $n }
capacity-adds-some-or-more = +{ $n } or more
capacity-adds-none = nothing
capacity-one-day = workday for { $resource }, { $weekday }
capacity-taken = Percent of open time taken now and with the { $series } series, by week
