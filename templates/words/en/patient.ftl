# The patient's page behind a link. Short words, one thing a sentence, nothing clinical.

my-hello = Hello { $name }
my-next = Your next visit
my-all = All my visits
my-things = { $n ->
    [one] 1 thing to do
   *[other] { $n } things to do
}
my-total = Total price: { $total }
my-empty = You have no visits booked. Call us at { $phone }.
my-call = Call { $phone }
my-changed = This visit has changed. Look at the new time.
my-try-call = That did not work. Call us and we will look together.

my-coming = I am coming
my-coming-all = I am coming to all my visits
my-coming-done = You are coming. Thank you.
my-cannot-come = I cannot come to a visit
my-calendar = Add to calendar

my-state-held = held for you
my-state-booked = booked
my-state-coming = you are coming
my-state-here = you are here
my-state-done = done
my-state-past = past
my-state-canceled = canceled
my-state-missed = missed, call us for a new time

my-held-title = Times kept for you
my-held-until = These times are kept for you until { $until }.
my-held-total = The total price is { $total }.
my-held-accept = Yes, book these times
my-held-other = Would other times be better? Call us.
my-held-gone = These times are no longer kept for you. Call us and we will find new ones.
my-held-done = Your visits are booked. Thank you.

my-prepare = Before and after the visit
my-prepare-before = The day before
my-prepare-alcohol = No alcohol from now on.
my-prepare-driver = Ask your driver when you will leave.
my-prepare-day = On the day
my-prepare-meal = Eat a light meal two to four hours before.
my-prepare-clothes = Wear clothes you can rest in.
my-prepare-bring = Bring your ID. Bring music with you, if you like.
my-prepare-rest = Keep the day free. It is a rest day.
my-prepare-after = After the visit
my-prepare-evening = Have a calm evening. No alcohol.
my-prepare-no-driving = Do not drive that day.
my-prepare-decisions = Leave big decisions for another day.

my-name-driver = Name your driver
my-name-driver-for = Name your driver for { $day }
my-driver-title = Who drives you?
my-driver-none = Nobody is named to drive you yet.
my-driver-asked = We asked { $driver } to drive you. There is no answer yet.
my-driver-yes = { $driver } drives you.
my-driver-no = { $driver } cannot drive you. Name someone else.
my-driver-saved = Thank you. We ask your driver now.
my-driver-none-needed = None of your visits needs a driver.
my-driver-who = Your driver
my-driver-same = { $driver }, as last time
my-driver-other = Someone else
my-driver-new = For someone else, write their name and a phone number or an email.
my-driver-name = Name
my-driver-phone = Phone
my-driver-email = Email
my-driver-which = Drives on
my-driver-all = all my visits
my-driver-some = only these visits
my-driver-these = If only some: which ones?
my-driver-only = We tell them only when and where.
my-driver-save = Save driver
my-driver-choose = Choose who drives you
my-driver-enter-name = Enter your driver's name
my-driver-enter-contact = Enter a phone number or an email for your driver
my-driver-enter-phone = Enter a phone number with 7 to 15 digits
my-driver-enter-email = Enter an email like name@example.com
my-driver-choose-visit = Choose at least one visit

my-ask-title = I cannot come
my-ask-which = Which visit?
my-ask-note = Would you like to tell us more?
my-ask-note-hint = Days and times that work for you, for example.
my-ask-send = Send to the clinic
my-ask-next = The visit stays booked until we have talked. We call you to find a new time.
my-ask-choose = Choose a visit
my-ask-long = Write at most 500 characters
my-asked-done = Thank you for telling us. We call you to find a new time.
my-ask-none = You have no visits booked.

my-next-title = Your next visit
my-next-choose-title = Choose a time for your next visit
my-next-which = Which time works for you?
my-next-with-talk = { $visit }. { $talk }: { $when }
my-next-driver = You need someone to drive you there and home. You can name them after you book.
my-next-book = Book this time
my-next-choose = Choose one of the times
my-next-none = We have no free time to show here. Ask us for one, or call us.
my-next-gone = This time is no longer free. Choose another one, or call us.
my-next-closed = There is nothing to choose now. Call us if you would like a visit.
my-next-ask-title = Does none of these work?
my-next-ask = Ask us for a time

my-gone-title = This link is no longer in use
my-gone-why = It is old, or part of it is missing.
my-gone-next = Look for a newer message from us, or call us.
