# Programmes: the services and protocols beyond the infusions, and the decision that names one: conditions, what is told, its end.

defaults-sgb-treatment = SGB, one side
defaults-home-session = Session at home
defaults-preparation-call = Preparation call
defaults-check-in-call = Check-in call
defaults-public-home-session = Visit at home
defaults-public-call = Phone call
defaults-programme-sgb = SGB
defaults-programme-home = At home
defaults-induction-120 = Induction, 120 minutes
defaults-sgb = SGB
defaults-home = At home

services-venue = Where is the patient?
services-companion = Who is with the patient?
services-companion-hint = For treatments only. They are asked by a link and must say yes before check-in.
services-choose-venue = Choose where the patient is
services-choose-companion = Choose who is with the patient
services-fault-phone = Choose the clinic or the patient's home: a treatment cannot be a phone call
services-fault-sitter = Choose the adult who stays: a treatment at home needs one
services-fault-driver = Choose somebody who drives: a treatment at the clinic needs one

decide-conditions = Conditions
decide-conditions-hint = What must hold for it. The desk reads this when it plans and books.
decide-conditions-long = Shorten the conditions to 500 characters
decide-told = What the patient is told
decide-told-hint = In your own words, on the patient's page. An email says only that there is a message. Empty: nobody is told anything.
decide-told-long = Shorten what the patient is told to 4,000 characters
chart-conditions = conditions: { $text }
chart-told = the patient was told: “{ $text }”

work-decide-again = Decide again
work-decision-ends = Decision ends soon
worklist-decide-again = It was put off until { $day }
worklist-decision-ends = Suitable only until { $day }, and treatment goes on
worklist-act-decide = Decide
stage-decision-told = A clinician's words about a decision

mail-subject-told = There is a message from your clinic
mail-told = There is a message from your clinic.
mail-told-page = You can read it on your page.
mail-told-read = Read the message
told-title = A message from your clinic
told-read = Read the message
told-by = { $name }, { $day }

book-aloud-away = “That is { $when }, with { $who }, { $where }. It takes { $minutes } and costs { $price }.”
book-aloud-away-nobody = “That is { $when }, { $where }. It takes { $minutes } and costs { $price }.”
book-aloud-home = at your home
book-aloud-phone = by phone
