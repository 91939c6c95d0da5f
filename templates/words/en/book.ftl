# Booking a single visit, and how times and prices are said aloud.

book-title = Book a visit for { $name }
book-born = born { $birth } ({ $age })
book-chart = Open chart
book-wishes = Wishes
book-service = Service
book-service-choose = Choose one of the services
book-service-line = { $name }, { $minutes } min, { $price }
book-with = With
book-with-any = Anybody
book-with-choose = Choose somebody who holds this visit
book-days = Days
book-days-hint = None ticked means any day.
book-part = Time of day
book-part-any = Any time of day
book-part-morning = Mornings
book-part-afternoon = Afternoons
book-part-choose = Choose a time of day
book-from = From
book-from-date = Enter a date from today on, at most a year ahead
book-at-unknown = Enter a date and time from now on
book-show = Show times

book-times = Free times
book-soonest = Soonest
book-nearest = Nearest to { $when }
book-by-day = By day
book-day-times = { $n ->
    [one] 1 time
   *[other] { $n } times
}
book-time-choose = Choose a time
book-time-line = { $time } · { $who }
book-at-taken = { $when } is not free. The nearest time is chosen.
book-aloud-title = Read aloud
book-button = Book for { $name }

book-none = { $service }: no free time before { $day } with these wishes.
book-none-at-all = { $service }: no free time before { $day }.
book-without-days = Without the days: { $when }
book-without-part = Without “{ $wish }”: { $when }
book-without-with = Without { $name }: { $when }
book-later = With these wishes, later: { $when }
book-nothing-frees = Nothing is free in the next 60 days. Ask the owner to check hours and absences.
book-no-services = No service can be booked. An owner adds services in the settings.

book-not-then = { $when } cannot be booked.
book-gone = { $time } with { $who } was booked a moment ago.
book-gone-time = { $when } was booked a moment ago.
book-gone-next = Nothing is booked yet. The nearest free times are below; the wishes are kept.
book-refused-title = Nothing was booked for { $name }
book-blocked-title = { $service } cannot be booked for { $name } yet
book-cure-chart = Open chart
book-blocked-last = Booking opens as soon as a clinician has decided.
book-refused-last = Choose another time, or settle what is listed.

book-done = Booked: { $service } for { $name }, { $when }, with { $who }, { $address }. { $mail }
book-done-nobody = Booked: { $service } for { $name }, { $when }, { $address }. { $mail }
book-mail = Email to { $email } goes at { $time }.
book-no-mail = There is no email address: call { $name }.
book-no-mail-phone = There is no email address: call { $name } on { $phone }.

book-aloud = “That is { $when }, with { $who }, at { $address }. It takes { $minutes } and costs { $price }.”
book-aloud-nobody = “That is { $when }, at { $address }. It takes { $minutes } and costs { $price }.”
book-aloud-when = { $day }, at { $time }
book-aloud-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
book-aloud-morning = { $time } in the morning
book-aloud-afternoon = { $time } in the afternoon
book-aloud-evening = { $time } in the evening
book-aloud-noon = noon
book-aloud-midnight = midnight
book-aloud-dollars = { $amount } dollars
book-aloud-nothing = nothing
