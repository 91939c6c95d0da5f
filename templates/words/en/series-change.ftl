# Changing a running course: the form, the preview of now and after, and the course on pause.

series-change-title = Change the course of { $name }
series-change-link = Change the course
series-change-resume-link = Resume the course
series-change-back = Back to the course
series-change-kinds = What should change?
series-change-kind-move = Move one treatment; the others keep their times
series-change-kind-shift = Move one treatment and those after it by as many days
series-change-kind-skip = Skip a week before a treatment
series-change-kind-number = Another number of treatments
series-change-kind-length = Another length from a treatment on
series-change-kind-pause = Put the course on pause
series-change-kind-resume = Resume the course
series-change-kind-wrong = Choose what should change
series-change-group-treatment = To move, skip a week or change the length: which treatment?
series-change-group-time = To move or resume: when?
series-change-group-number = For another number
series-change-group-length = For another length
series-change-visit = Treatment
series-change-visit-wrong = Choose a treatment
series-change-treatment = { $index }: { $when }
series-change-choose = Choose
series-change-date = New date
series-change-date-wrong = Enter a date, such as 2026-12-01
series-change-time = New time
series-change-time-wrong = Enter a time, such as 10:00
series-change-visits = Treatments in all
series-change-visits-hint = { $n ->
    [one] 1 treatment now, those done included. The plan allows { $min } to { $max }.
   *[other] { $n } treatments now, those done included. The plan allows { $min } to { $max }.
}
series-change-visits-wrong = Enter a number of treatments
series-change-protocol = Course
series-change-protocol-wrong = Choose a course
series-change-show = Show what would change

series-change-preview = Now and after
series-change-now = Now
series-change-after = After
series-change-what = What changes
series-change-none = not booked
series-change-same = Stays
series-change-moved = Moves
series-change-length = Other length
series-change-people = Other people or rooms
series-change-added = New
series-change-gone = Goes
series-change-price-now = Total price now
series-change-price-after = Total price after
series-change-told = The patient gets one message about all of it.
series-change-do = Change the course of { $name }
series-change-keep = Keep the course as it is

series-change-refused = The course of { $name } cannot change like this
series-change-refused-last = Choose another time, day or number below, or settle what is listed first.
series-change-read-again = Something changed while you were reading. Nothing of yours is saved yet.
series-change-read-again-last = What you see below is how it would be now. Read it, then press the button again.
series-change-done = The course of { $name } is changed. { $mail } Read aloud: { $aloud }
series-change-done-short = The course of { $name } is changed. { $mail }
series-change-done-paused = The course of { $name } is on pause. { $mail } Read aloud: “Your visits are on pause. We will call you to find new times.”

series-change-state-paused = On pause since { $day }
series-change-paused-note = The treatments still to come are out of the book. They come back when the course is resumed.
series-change-reason-pause = The course is on pause
series-change-reason-shorter = The course has fewer treatments now
