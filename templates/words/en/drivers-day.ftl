# Drivers on the day and on the way to it: which ways they take on, the pick-up, the ladder, the page of the next seven days.

legs-both = There and home
legs-home = Home only
sign-on-the-way = On the way
sign-waiting = Waiting here
sign-none = Neither
pick-up-between = between { $from } and { $to }
pick-up-is = Pick-up between { $from } and { $to }

driver-legs = Takes on
driver-said-by = Said by { $name }.
driver-noted-on-the-way = Noted: { $name } is on the way.
driver-noted-waiting = Noted: { $name } is here.
driver-noted-none = Noted: { $name } is not on the way yet.
drivers-address-wrong = Mail to this address reached someone else. Ask for another one
drivers-no-address = No email address reaches this person. Call them.
drivers-patient-no-mail = This patient is not written to by email. Call them.

today-driver-on-the-way = Driver on the way: { $name }, since { $time }
today-driver-waiting = Driver waiting: { $name }, since { $time }

ladder-ask-patient = The patient is asked again
ladder-remind-driver = The driver is reminded
ladder-desk-calls = The desk calls
ladder-clinician-decides = A clinician decides

work-driver-decision = No driver: decide
work-driver-withdrew = Driver cannot come
work-driver-address-wrong = Driver's address is wrong
worklist-decide-driver = Nobody has said yes. Release the time, or check in on the day with a written reason
worklist-withdrew = { $name } cannot take the patient home. The patient is here
worklist-address-wrong = Mail to { $name } reached someone else. Ask the patient for another address
worklist-act-release = Cancel visit
worklist-act-visit = Open visit
driver-script = What to say
driver-script-asked = “Hello { $driver }. I call for { $patient }, who asked you to drive on { $when }. Can you do it? Is there another number for that day?”
driver-script-patient = “Hello { $name }. I call about your visit on { $when }. Someone needs to take you home that day. Who can do it? What is their phone number?”

drivers-link = Drivers, 7 days
drivers-title = Drivers and sitters of the next 7 days
drivers-count = { $n ->
    [one] 1 treatment
   *[other] { $n } treatments
}
drivers-open = { $n ->
    [0] all with a driver or sitter
    [one] 1 without a confirmed driver or sitter
   *[other] { $n } without a confirmed driver or sitter
}
drivers-summary = { $all } · { $open }
drivers-empty = No treatment in the next 7 days.
drivers-reached = { $step }: since { $when }
drivers-next = Next: { $step }, { $when }
drivers-call = Call { $name }, { $phone }
drivers-ask-patient = Ask the patient again
drivers-ask-again = Ask again
drivers-by-phone = Answer by phone
drivers-said-by = Who said so?
drivers-said-by-wrong = Enter who said so, in 100 characters or fewer
drivers-asked-again = { $name } is asked again. Mail goes at { $when }.
drivers-patient-asked-again = { $name } is asked again who drives. Mail goes at { $when }.
drivers-refused = { $name }: this was not done

driver-page-home-only = Someone else brings { $patient }. Come to { $place } for the way home.
driver-page-tick = Which days can you drive?
driver-page-tick-hint = Tick the days you can. The others count as no.
driver-page-tick-one = Tick at least one day, or answer no to all
driver-page-some = Yes to the ticked days
driver-page-no-day = No to all
driver-page-withdraw = I can no longer drive
driver-page-say-on-the-way = I am on my way
driver-page-say-waiting = I am here, waiting
driver-page-say-none = Take that back
driver-page-on-the-way = You said at { $time } that you are on your way.
driver-page-waiting = You said at { $time } that you are here.
driver-page-not-me = Is this not for you?
driver-page-not-me-why = Do you not know { $patient }? Tell us, and we will not write to you again.
driver-page-not-me-do = This is not for me
driver-page-stranger-title = Thank you for telling us
driver-page-stranger = We will not write to this address again. You do not need to do anything else.

mail-driver-take-home = Take { $patient } home
mail-driver-on = { $day }, { $window }
mail-driver-on-home-only = { $day }, home only
mail-driver-home-only = Someone else brings { $patient }.
mail-declined-several = { $driver } cannot drive you on these days.
mail-declined-wrong = Our message to { $driver } reached someone else.
mail-declined-wrong-next = Ask { $driver } for another email address.
mail-subject-driver-several = Who drives you?

my-driver-legs = What they do
my-driver-legs-both = They bring me and take me home
my-driver-legs-home = They take me home. Someone else brings me
my-driver-yes-home = { $driver } takes you home.
my-driver-asked-home = We asked { $driver } to take you home. There is no answer yet.
my-driver-address-wrong = Our mail to this address reached someone else. Enter another email
my-pick-up = Pick-up is between { $from } and { $to }.

audit-drive-legs = Changed what a driver takes on
audit-drive-sign = Noted where a driver is
audit-drive-ask_again = Asked a driver again
audit-driver-ask_patient = Asked the patient again who drives
audit-driver-wrong_person = Learned that a driver's address is someone else's
