# Words of the settings: the index, the clinic's own page, and people and rooms with hours and absences.

settings-title = Settings
settings-clinic = Clinic
settings-clinic-hint = Name, phone, email and address, as patients read them.
settings-staff = Staff
settings-staff-hint = Accounts, roles and passwords.
settings-staff-count = { $n ->
    [one] 1 account
   *[other] { $n } accounts
}
settings-resources = People and rooms
settings-resources-hint = What each can be booked for, weekly hours and absences.
settings-people-count = { $n ->
    [one] 1 person
   *[other] { $n } people
}
settings-rooms-count = { $n ->
    [one] 1 room
   *[other] { $n } rooms
}
settings-services = Services
settings-services-hint = Phases, lengths and prices.
settings-services-count = { $n ->
    [one] 1 service
   *[other] { $n } services
}
settings-protocols = Protocols
settings-protocols-hint = Courses: number of visits, spacing, what goes before and after.
settings-protocols-count = { $n ->
    [one] 1 protocol
   *[other] { $n } protocols
}
settings-mail = Mail
settings-mail-server = Sent by a mail server
settings-mail-files = Kept as files in { $folder }; nobody receives them
settings-mail-hint = Set on the server: SERIESBOOK_SMTP_URL, SERIESBOOK_MAIL_DIR.
settings-messages = Messages
settings-reminders-before = { $leads } before the visit
settings-reminders-none = None
settings-reminders-hint = Which message goes when, to whom, in which hours.

settings-clinic-name = Clinic name
settings-clinic-name-hint = Patients see it on every message and page. Leave out the specialty: phones are shared.
settings-clinic-phone = Phone
settings-clinic-email = Email
settings-clinic-email-hint = Answers to our messages go here.
settings-clinic-address = Street address
settings-clinic-address-hint = Where patients and drivers come to, with the door if it matters.
settings-clinic-zone = Time zone
settings-clinic-zone-why = It stays as it is: every booked time hangs on it.
settings-clinic-effect = Pages show this at once, messages from the next one on. Messages already sent stay as they are.
settings-clinic-save = Save clinic
settings-clinic-saved = Saved the clinic's name, phone, email and address.
settings-enter-clinic-name = Enter the clinic's name, 120 characters at most
settings-enter-clinic-phone = Enter the clinic's phone number, with the area code
settings-enter-clinic-email = Enter the clinic's email address
settings-enter-clinic-address = Enter the street address, 200 characters at most

resources-add = Add a room
resources-new = New room
resources-people = People
resources-rooms = Rooms
resources-no-people = Nobody can be booked yet. Open an account and tick “Can be booked”.
resources-no-rooms = No rooms yet. Services that need a room cannot be booked until you add one.
resources-name = Name
resources-name-hint = As it stands on the calendar.
resources-kinds = Can be booked as
resources-hours = Weekly hours
resources-booking = Booking
resources-bookable = Can be booked
resources-not-bookable = Not booked now
resources-never = No hours
resources-days = { $n ->
    [one] 1 day a week, { $from } to { $to }
   *[other] { $n } days a week, { $from } to { $to }
}
resources-active = Can be booked
resources-active-hint = Without the tick nothing new is booked here. Booked visits stay.
resources-account = Account, roles and password
resources-hours-hint = Leave a day empty if it is closed. Use the second pair for the time after a break. Midnight as an end is the end of the day.
resources-day = Day
resources-from = From
resources-to = To
resources-again-from = Again from
resources-hours-first-from = { $day }, from
resources-hours-first-to = { $day }, to
resources-hours-second-from = { $day }, again from
resources-hours-second-to = { $day }, second time, to
resources-effect = New bookings only. Booked visits stay where they are.
resources-new-effect = The room opens Monday to Friday, 9:00 AM to 5:00 PM. You can change its hours on the next page.
resources-save-new = Save room
resources-save = Save { $name }
resources-added = Added { $name }, open Monday to Friday, 9:00 AM to 5:00 PM.
resources-saved = Saved { $name }.
resources-enter-name = Enter a name, 80 characters at most
resources-choose-kind = Choose at least one
resources-enter-from = Enter when it starts, as in 9:00 AM
resources-enter-to = Enter when it ends, as in 5:00 PM
resources-to-after-from = Enter an end after the start
resources-hours-overlap = Enter a time outside the other hours of this day
resources-absences = Absences
resources-no-absences = No absences ahead.
resources-absence-span = { $from } to { $to }
resources-absence-free = This hits no visit.
resources-absence-hits = These visits are in the way:
resources-absence-more = { $n ->
    [one] and 1 more visit
   *[other] and { $n } more visits
}
resources-absence-remove = Remove the absence { $when }
resources-absence-removed = Removed the absence.
resources-absence-new = Add an absence
resources-absence-add = Add absence
resources-absence-added = { $n ->
    [0] Added the absence of { $name }. It hits no visit.
    [one] Added the absence of { $name }. It hits 1 visit, listed below.
   *[other] Added the absence of { $name }. It hits { $n } visits, listed below.
}
resources-from-date = From, date
resources-from-time = From, time
resources-to-date = To, date
resources-to-time = To, time
resources-note = Note
resources-note-hint = For staff only. You can leave it empty.
resources-note-long = Shorten the note to 200 characters
resources-enter-from-date = Enter the date it starts
resources-enter-from-time = Enter the time it starts
resources-enter-to-date = Enter the date it ends
resources-enter-to-time = Enter the time it ends
resources-absence-order = The absence must end after it starts
