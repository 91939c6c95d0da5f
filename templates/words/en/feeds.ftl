# Calendar addresses: a patient's own, a member of staff's, a room's; what they show, and the settings' list of them.

feed-kind-patient = Patient
feed-kind-staff = Staff
feed-kind-room = Room

# What a calendar shows. It may lie on anybody's table: initials at most, nothing of what a visit is for.
feed-name-patient = Visits at { $clinic }
feed-name-resource = { $name }, { $clinic }
feed-visit = Visit ({ $initials })
feed-visit-room = Visit ({ $initials }), { $room }
feed-held = Held ({ $initials })
feed-held-room = Held ({ $initials }), { $room }

feed-ready = Your calendar address is ready
feed-once = It is shown this once. An earlier address does not work any more.
feed-add = Add to my calendar
feed-address = Calendar address
feed-address-hint = To add it by hand, copy all of it.
feed-make = Make a calendar address
feed-make-again = Make a new address
feed-stop = Stop the address
feed-stopped = The calendar address is stopped. Calendars that used it get nothing more.

feed-my-link = Keep my calendar up to date
feed-my-title = Add my visits to my calendar
feed-my-lead = Your calendar can follow your visits by itself. A moved visit moves there too. A canceled visit goes away.
feed-my-shows = It shows the day, the time and the clinic's name. It does not say what a visit is for.
feed-my-private = Whoever has the address can see your visits. Keep it to yourself.
feed-since = Your calendar follows your visits since { $day }
feed-lost = Lost the address? Make a new one. The old one then stops.
feed-iphone = On an iPhone
feed-iphone-press = Press “Add to my calendar”.
feed-iphone-subscribe = Then press “Subscribe”.
feed-android = With Google Calendar
feed-android-copy = Copy the calendar address.
feed-android-open = On a computer, open calendar.google.com.
feed-android-add = Press the plus sign beside “Other calendars”. Then press “From URL”.
feed-android-paste = Paste the address. Your phone shows it a little later.

feed-mine-title = My calendar
feed-mine-lead = Your own calendar can follow your visits by itself. It shows times, rooms and patients' initials, nothing else. Whoever has the address can read it.
feed-mine-none = Nobody is booked with you, so there is no calendar to follow. An owner can change that on your account.
feed-room-title = Calendar of { $name }
feed-room-lead = A calendar program can follow this room. It shows times and patients' initials, nothing else. Whoever has the address can read it.
feed-room-link = Calendar address of this room
feed-patient-title = Calendar address of { $name }
feed-patient-lead = A patient makes the address on their own page, and only they see it. You can stop it for them.
feed-none = There is no calendar address.
feed-state = In use since { $day }, made by { $name }.

feeds-settings = Calendar addresses
feeds-settings-hint = Who and what can be followed from a calendar program.
feeds-settings-count = { $n ->
    [0] None in use
    [one] 1 in use
   *[other] { $n } in use
}
feeds-settings-lead = Each address shows visits to whoever has it. An address of a closed account shows nothing.
feeds-settings-empty = No calendar address is in use. Patients make theirs on their page, staff under “My calendar”, you those of rooms.
feeds-settings-whose = Whose
feeds-settings-kind = Kind
feeds-settings-state = State
feeds-settings-act = Act

audit-feed-open = Made a calendar address
audit-feed-stop = Stopped a calendar address
