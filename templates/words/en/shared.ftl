# Words that every page shares: navigation, the frame, forms, states, errors, buttons.

shell-name = Seriesbook
shell-skip = Skip to content
shell-error-prefix = Error:
shell-find-label = Find a patient by name, phone, email or birth date
shell-find-placeholder = Find a patient (Ctrl+K)
shell-find-button = Find
shell-find-results = Patients found
shell-sign-out = Sign out
shell-undo = Undo
shell-call-us = Call us
shell-demo-label = Demo clock
shell-demo-now = It is { $when } in the demo
shell-demo-hour = Next hour
shell-demo-morning = Next morning
shell-demo-week = Next week

nav-label = Main
nav-today = Today
nav-calendar = Calendar
nav-patients = Patients
nav-intake = Intake
nav-worklist = Worklist
nav-worklist-count = { $n ->
    [one] thing needs someone
   *[other] things need someone
}
nav-recall = Recall
nav-outbox = Outbox
nav-settings = Settings

form-problem = There is a problem
form-error-prefix = Error:

button-cancel = Cancel
button-back = Back
button-change = Change
button-remove = Remove

state-held = Held
state-held-until = Held until { $when }
state-booked = Booked
state-confirmed = Confirmed
state-arrived = Arrived
state-infusing = Infusing
state-in-treatment = In treatment
state-in-session = In session
state-recovering = Recovering
state-recovering-until = Recovering until { $when }
state-ready = Ready to go
state-gone = Gone home
state-canceled = Canceled
state-moved-to = Moved to { $when }
state-missed = Did not come

weekday-mon = Monday
weekday-tue = Tuesday
weekday-wed = Wednesday
weekday-thu = Thursday
weekday-fri = Friday
weekday-sat = Saturday
weekday-sun = Sunday

crisis-line = In crisis? Call or text 988. It is free, day and night.
crisis-danger = In danger right now? Call 911.

error-not-found-title = This page does not exist, or is not yours to see
error-not-found-text = Check the address, or go back to where you came from.
error-bad-request-title = This address cannot be read
error-bad-request-text = Part of the address is missing or changed. Go back and open the page from its link.
error-forbidden-title = Your role cannot do this
error-forbidden-text = Nothing was changed. Ask a clinician or the owner of this clinic.
error-form-expired-title = This form is out of date
error-form-expired-text = You signed out or in again since it was opened. Nothing was saved. Go back, load the page again and send it once more.
error-too-many-title = Too many tries
error-too-many-text = Wait a few minutes, then try again.
error-too-large-title = This is too much at once
error-too-large-text = What was sent is larger than any form here. Nothing was saved. Shorten it and send it again.
error-busy-title = The clinic's records are busy
error-busy-text = Nothing was saved. Try again in a moment.
error-internal-title = Something broke on our side
error-internal-text = Nothing was saved. Try again, or tell whoever looks after this system.
error-reference = Reference { $reference }
error-home = Go to the start page
