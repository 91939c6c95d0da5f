# The owner's rules of messages: which message goes when, to whom, in which hours, on what condition.

anchor-before-start = { $time } before it starts
anchor-after-start = { $time } after it started
anchor-after-end = { $time } after it ended
anchor-after-going-home = { $time } after going home
anchor-during-course = Every { $time } while a course runs
anchor-after-form = { $time } after the form was sent
anchor-before-expiry = { $time } before a decision ends
anchor-on-due-date = On its date, at 10:00 AM
anchor-on-booking = When visits are booked or held
anchor-on-moving = When visits move or a course changes
anchor-on-cancelling = When visits are canceled
anchor-on-declining = When a driver says no
anchor-at-once = When somebody sends it

condition-always = Always
condition-unconfirmed = The patient has not confirmed
condition-driver-missing = No driver is named
condition-driver-unconfirmed = No driver has said yes
condition-first-treatment = It is the first treatment

message-rules-group-news = News of visits and drives
message-rules-group-before = Before a visit
message-rules-group-after = After a visit
message-rules-group-course = While a course runs, and after it
message-rules-group-intake = Intake

message-rules-add = Add a message
message-rules-new = Add a message
message-rules-none = No messages here.
message-rules-late = Someone who books less than a day ahead gets one message that says it all. No reminders of that visit go on top of it.

message-rules-stage = Message
message-rules-choose = Choose a message
message-rules-choose-stage = Choose a message
message-rules-when = When
message-rules-number = Number
message-rules-unit = Unit
message-rules-days = days
message-rules-hours = hours
message-rules-minutes = minutes
message-rules-anchor = Counted from
message-rules-usual = The usual moment
message-rules-before-start = before the visit starts
message-rules-after-start = after the visit started
message-rules-after-end = after the visit's planned end
message-rules-after-going-home = after going home
message-rules-after-form = after the form was sent
message-rules-before-expiry = before a decision ends
message-rules-what = For
message-rules-all-visits = All visits it fits
message-rules-choose-what = Choose a kind of visit or a service
message-rules-role = Place in a course
message-rules-any-role = Any
message-rules-choose-role = Choose a place in a course
message-rules-useful = Of use for
message-rules-useful-hint = If it cannot go in this time, for example because the mail server is down, it does not go at all.
message-rules-only-if = Only if
message-rules-to-whom = To
message-rules-patient = Patient
message-rules-driver = Driver
message-rules-in-hours = Hours
message-rules-hours-hint = In the clinic's time. What falls outside goes when they begin; if that is too late, the evening before. Leave both empty for any hour.
message-rules-hours-line = { $from } to { $to }
message-rules-any-hour = Any hour
message-rules-from = From
message-rules-to = To
message-rules-enter-hours = Enter a time such as 8:00 AM, or leave both empty
message-rules-state = State
message-rules-on = On
message-rules-off = Off
message-rules-active = This message is on
message-rules-essential = People need this message. It cannot be switched off.
message-rules-effect = Saving plans this for the visits already booked. Nobody who was told is told again.
message-rules-waits = { $n ->
    [0] No message waits by it now.
    [one] One message waits by it now.
   *[other] { $n } messages wait by it now.
}
message-rules-saved = { $n ->
    [0] Saved: { $name }. No message waits by it.
    [one] Saved: { $name }. One message waits by it.
   *[other] Saved: { $name }. { $n } messages wait by it.
}
message-rules-save = Save message

message-rules-time-range = Enter a time from 15 minutes to 90 days
message-rules-useful-range = Enter how long it is of use, from 15 minutes to 90 days
message-rules-hours-range = The hours must end 2 hours or more after they begin
message-rules-anchor-wrong = This message does not count from that moment
message-rules-condition-wrong = Choose a condition that fits this message
