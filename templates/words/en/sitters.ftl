# Sitters: who stays with a patient for a session at home. They are named, asked and confirmed as drivers are.

companion-driver = Somebody drives there and home
companion-sitter = An adult stays with the patient
venue-clinic = At the clinic
venue-home = At the patient's home
venue-phone = By phone

sitter-heading = Sitter
sitter-title = Who stays with { $name }?
sitter-name-one = Name sitter
sitter-name-another = Name another sitter
sitter-who = Who stays?
sitter-who-wrong = Choose who stays
sitter-full-name-wrong = Enter the sitter's full name
sitter-contact-wrong = Enter a phone number or an email for the sitter
sitter-scope = Stays on
sitter-told = The sitter is told the first name { $name }, the date, from when and until when. Nothing else.
sitter-save = Save sitter for { $name }
sitter-saved = { $driver } is named to stay with { $name }.
sitter-answer-yes = Noted: { $driver } stays with { $name }.
sitter-answer-no = Noted: { $driver } cannot stay with { $name }. Name another sitter.
sitter-too-late = A sitter can be named until the session is over. Its state is “{ $state }”.
drivers-mixed = Some of these visits need a driver and some a sitter. Name them one after the other.

unmet-no-sitter = Sitter: nobody is named.
unmet-sitter-unanswered = Sitter: { $name } has not answered.
unmet-sitter-cure-name = Name a sitter
unmet-no-sitter-stays = Who stays with the patient: not recorded.
appointment-missing-sitter = Sitter: none named
appointment-missing-sitter-answer = Sitter: { $name } has not answered
appointment-sitter-stays = Who stays with them now?
appointment-sitter-stays-hint = Full name of the adult who is there
appointment-event-sitter-stayed = Ended; { $escort } stayed with them
appointment-where = Where
appointment-cancel-sitter = { $name } is told that nobody has to stay.
calendar-sitter-none = Sitter missing
chart-sitter-none = No sitter
chart-sitter-asked = sitter { $name }, no answer yet
chart-sitter-confirmed = sitter { $name }, confirmed
series-sitter-none = No sitter named
today-sitter = Sitter: { $name }
today-act-name-sitter = Name sitter
today-act-over = Over, the sitter stays
today-act-sitter-stays = Record who stays with them
work-sitter-missing = Sitter missing
work-sitter-declined = Sitter said no
worklist-act-sitter = Name sitter
worklist-sitter-declined = { $name } cannot stay
work-sitter-decision = No sitter: decide
work-sitter-withdrew = Sitter cannot stay
work-sitter-address-wrong = Sitter's address is wrong
worklist-sitter-withdrew = { $name } cannot stay with the patient. The patient is checked in
sitter-script-asked = “Hello { $driver }. I call for { $patient }, who asked you to stay with them on { $when }. Can you do it? Is there another number for that day?”
sitter-script-patient = “Hello { $name }. I call about your visit on { $when }. Someone needs to stay with you that day. Who can do it? What is their phone number?”
sign-there = With the patient
today-sitter-on-the-way = Sitter on the way: { $name }, since { $time }
today-sitter-there = Sitter is there: { $name }, since { $time }
sitter-noted-there = Noted: { $name } is with the patient.
ladder-remind-sitter = The sitter is reminded
sitters-patient-asked-again = { $name } is asked again who stays with them. Mail goes at { $when }.
plan-aloud-sitter-weekday = Somebody stays with you at home every { $weekday }.
plan-aloud-sitter = { $n ->
    [one] Somebody stays with you at home on that day.
   *[other] Somebody stays with you at home on each of these days.
}

my-name-sitter = Name your sitter
my-name-sitter-for = Name your sitter for { $day }
my-sitter-title = Who stays with you?
my-sitter-none = Nobody is named to stay with you yet.
my-sitter-asked = We asked { $driver } to stay with you. There is no answer yet.
my-sitter-yes = { $driver } stays with you.
my-sitter-no = { $driver } cannot stay with you. Name someone else.
my-sitter-saved = Thank you. We ask your sitter now.
my-sitter-none-needed = None of your visits needs a sitter.
my-sitter-who = Your sitter
my-sitter-which = Stays on
my-sitter-only = We tell them only when.
my-sitter-save = Save sitter
my-sitter-choose = Choose who stays with you
my-sitter-enter-name = Enter your sitter's name
my-sitter-enter-contact = Enter a phone number or an email for your sitter
my-prepare-sitter = Ask your sitter when they will come.
my-prepare-place = Have a quiet room ready, and your phone near you.

sitter-page-title = { $patient } asked you to stay with them
sitter-page-be = Be with { $patient } at home by { $time }.
sitter-page-until = Stay with { $patient } until { $time }.
sitter-page-alone = { $patient } should not be alone or drive that day.
sitter-page-yes = Yes, I can be there
sitter-page-no = No, I cannot
sitter-page-yes-done = Thank you. We count on you on { $day }.
sitter-page-changed = This time has changed. We sent you a new message.
sitter-page-tick = Which days can you be there?
sitter-page-withdraw = I can no longer be there
sitter-page-say-there = I am there now
sitter-page-there = You said at { $time } that you are there.
