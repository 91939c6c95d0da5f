# Words of the calendar (day, week, day sheet) and of booking from a free time.

calendar-title-day = Calendar: { $day }
calendar-title-week = Calendar: week of { $day }
calendar-move = Move in time
calendar-previous = Previous
calendar-today = Today
calendar-next = Next
calendar-view = View
calendar-day = Day
calendar-week = Week
calendar-who = Columns
calendar-who-all = People and rooms
calendar-who-people = People
calendar-who-rooms = Rooms
calendar-date = Go to date
calendar-resource = Person or room
calendar-everybody = Everybody
calendar-go = Go
calendar-hint = Click a free time to book it. Striped means not working or away, dashed means held.
calendar-off = Not working
calendar-away = Away
calendar-away-note = Away: { $note }
calendar-away-who = { $name } is away
calendar-nothing = Nothing is booked.
calendar-closed = Closed on { $weekday }s. Next open day: { $next }.
calendar-no-hours = Nobody here has working hours yet. The owner sets them under Settings.
calendar-unknown = Not known
calendar-event-label = { $service }, { $day }, { $span }, { $people }, { $state }
calendar-free-label = { $time }, book with { $who }
calendar-driver-none = Driver missing
calendar-driver-confirmed = { $name }, { $phone }
calendar-driver-asked = { $name }, { $phone } (has not answered)
calendar-printed = Printed { $when }
calendar-sheet-time = Time
calendar-sheet-name = Name
calendar-sheet-born = Born
calendar-sheet-service = Visit
calendar-sheet-room = Room
calendar-sheet-people = People
calendar-sheet-driver = Driver
calendar-sheet-state = State
calendar-sheet-notes = Notes

bookat-title = Who is it for?
bookat-time = { $when } with { $who }
bookat-room-note = The person is chosen next; a room that fits is taken with the time.
bookat-no-time = This time cannot be booked. Choose the person anyway and see the times that are free, or pick another time in the calendar.
bookat-find = Name, phone, email or birth date
bookat-find-button = Find
bookat-newest = Added most recently
bookat-found = { $n ->
    [one] 1 person found
   *[other] { $n } people found
}
bookat-nobody = Nobody matches “{ $typed }”.
bookat-none-yet = There are no patients yet.
bookat-add = Find or add a patient
bookat-born = born { $birth } ({ $age })
bookat-phone-ends = phone ends { $digits }
bookat-back = Back to the calendar
