# Mail to patients. Short words, one thing a sentence, nothing clinical, no amount of money: a mailbox is not private.

mail-greeting = Hello { $name },
mail-zone = All times are { $zone }.
mail-call = Questions? Call us at { $phone }.
mail-address-below = Or open this address:
mail-span = { $from } to about { $to }
mail-on = { $day }, { $span }

mail-calendar-visit = Visit at { $clinic }
mail-calendar-drive = Driving to { $clinic }
mail-calendar-attached = A calendar file is attached.
mail-calendar-updated = The attached file brings your calendar up to date.

mail-label-visit = Your visit
mail-label-new-time = New time
mail-see-visit = See your visit
mail-see-visits = See your visits
mail-see-times = See these times
mail-button-driver = Name your driver
mail-behind-link = Your page tells you how to get ready.
mail-all-at = Every visit is at { $place }.
mail-name-driver = You need someone to drive you there and home. Name your driver on your page.

mail-subject-visit = Your visit on { $day }
mail-subject-course = Your visits from { $day } on
mail-subject-changed = Your plan has changed
mail-subject-paused = Your visits are on pause
mail-subject-held = Times kept for you from { $day } on
mail-subject-moved = New time: your visit on { $day }
mail-subject-canceled = Canceled: your visit on { $day }
mail-subject-driver = Who drives you on { $day }?

mail-course-booked = { $n ->
    [one] Your visit is booked. It is on { $day }.
   *[other] Your { $n } visits are booked. The first one is on { $day }.
}
mail-course-driver = For some of them you need someone to drive you there and home. Your page shows which ones.
mail-course-changed = Your plan has changed.
mail-course-now = These are your visits now:
mail-course-none-left = No visit is left in it.
mail-course-paused = Your visits are on pause. We will call you.
mail-course-paused-rest = This stays as it is:
mail-held-until = These times are kept for you until { $until }.
mail-held-price = The total price is on your page.
mail-held-next = To book them, open your page before then. Later, others can take them.
mail-visit-booked = Your visit on { $day } is booked.

mail-visit-moved = { $n ->
    [one] Your visit has a new time. It is now on { $day }.
   *[other] { $n } of your visits have new times. The first one is now on { $day }.
}
mail-moved-was = It was on { $was }.
mail-moved-driver = We ask your driver again. You do not need to do that.
mail-moved-confirm = Tell us that you are coming at the new time.

mail-visits-canceled = { $n ->
    [one] Your visit on { $day } is canceled.
   *[other] { $n } of your visits are canceled. The first one was on { $day }.
}
mail-others-stay = Your other visits stay as they are.
mail-canceled-next = Would you like a new time? Call us and we will look together.

mail-reminder = Your visit is on { $day }.
mail-reminder-confirm = Tell us that you are coming. One press on your page is enough.
mail-reminder-driver-asked = We asked { $driver } to drive you. There is no answer yet.
mail-reminder-driver-yes = { $driver } drives you.
mail-last-call = Nobody is named to drive you on { $day }.
mail-last-call-asked = { $driver } has not said yes to driving you on { $day }.
mail-last-call-why = You need someone to drive you there and home. Without a driver we need to find another day.
mail-last-call-help = Is nobody free? Call us and we will look together.
mail-check-in = Your check-in is ready.
mail-check-in-takes = It takes less than a minute.
mail-check-in-week = Your check-in for this week is ready.
mail-check-in-week-takes = It takes about two minutes.
mail-check-in-read = Your care team reads it on workdays.
mail-check-in-not-today = Not today? You can skip it.
mail-button-check-in = Open your check-in
mail-subject-check-in = Your check-in is ready
mail-subject-check-in-week = Your check-in for this week is ready
mail-declined = { $driver } cannot drive you on { $day }.
mail-declined-next = Name someone else on your page. We ask them for you.

mail-next-subject = Your next visit
mail-next-invited = You can choose a time for your next visit now.
mail-next-recommended = It is time to choose your next visit.
mail-next-overdue = You have no next visit yet.
mail-next-how = Call us or answer on your page.
mail-next-no = Do you want no more visits for now? Tell us, and we will not ask again.
mail-next-button = Choose a time
