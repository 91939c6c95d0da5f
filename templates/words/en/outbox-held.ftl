# Words of the brakes of mail, of looking through the outbox, of tries and of delivery.

hold-flood = more became due at once than may go in a minute
hold-restore = the database was restored from a backup
hold-staff = somebody held it

hold-title = Mail is held
hold-title-none = Hold all mail
hold-why = Mail is held since { $since }: { $why } ({ $by }).
hold-note = { $note }
hold-flood-explained = No more than { $n } messages go in a minute. So many at once are often a mistake, so none of them went. What you release now is not counted again.
hold-asleep = The clock had moved on by { $span } just before: the program was off, or somebody set the clock.
hold-went-until = Mail last went { $when }, before the restore. What was due by then has probably gone: the restored database does not know it.
hold-went-unknown = When mail last went is not known: the file that says so is not beside the database. What waits may have gone already.
hold-total = { $n ->
    [0] No message waits
    [one] 1 message waits
   *[other] { $n } messages wait
}
hold-nothing-waits = Nothing is due. What becomes due waits too, until mail is released.
hold-head-stage = About
hold-head-number = Waiting
hold-head-useful = Still of use
hold-head-oldest = Oldest due
hold-head-newest = Newest due
hold-see-waiting = See them one by one
hold-older-title = Leave out what is older
hold-older-effect = Messages that were due before this time do not go: one line for each visit ahead stands on the worklist. The others go now, and so does what is being tried again.
hold-before-date = Day
hold-before-time = Time at the clinic
hold-older = Leave older ones out and release
hold-date-wrong = Enter the day
hold-time-wrong = Enter the time, such as 9:30 AM
hold-useful-title = Only what is still of use
hold-useful = { $n ->
    [0] None of them is still of use.
    [one] 1 of them is still of use and goes now.
   *[other] { $n } of them are still of use and go now.
}
hold-useful-effect = The others end here, without a line each on the worklist.
hold-useful-button = Release what is of use
hold-all-title = Everything
hold-all-effect = What is still of use goes now. For what came too late somebody has to call: one line for each visit stands on the worklist.
hold-all = Release everything
hold-going = { $n ->
    [0] no message goes
    [one] 1 message goes
   *[other] { $n } messages go
}
hold-ended = { $n ->
    [0] none was left out
    [one] 1 was left out
   *[other] { $n } were left out
}
hold-released-flash = Mail goes again: { $going } now, { $ended }.
hold-changed = Somebody released the mail already, or held it again. Nothing changed.
hold-effect = While mail is held, nothing goes to anybody. Messages wait, and nothing is lost.
hold-why-label = Why is mail held?
hold-why-hint = Whoever releases it reads this.
hold-why-wrong = Enter why mail is held, in 200 characters or fewer
hold-button = Hold all mail
hold-held-flash = All mail is held.
hold-was-held-flash = Mail was held already.

delivery-held = { $n ->
    [0] Mail is held: { $why }.
    [one] Mail is held: { $why }. 1 message waits.
   *[other] Mail is held: { $why }. { $n } messages wait.
}
delivery-nobody-looks = Nothing has looked after the mail since { $when }.
delivery-stuck = A message is due since { $when }, and none has gone for 10 minutes.
delivery-unmarked = Since { $when } the file that shows a restored backup cannot be written. If the database were restored now, messages could go twice. Ask whoever looks after the program to see to its data folder.
delivery-failed = { $n ->
    [one] 1 message failed in the last hour.
   *[other] { $n } messages failed in the last hour.
}
delivery-failed-codes = { $n ->
    [one] 1 message failed in the last hour ({ $codes }).
   *[other] { $n } messages failed in the last hour ({ $codes }).
}
delivery-put-off = The mail server put { $n } tries off in the last hour.
delivery-look = Look into it

try-sent = Sent
try-put-off = Put off
try-refused = Refused
try-gave-up = Put off, last try

outbox-hold-all = Hold all mail
outbox-to-hold = See and release
outbox-of-one = Messages of { $name }
outbox-of-all = Messages of everybody
outbox-of-patient = All messages of this patient
outbox-search-label = Search the outbox
outbox-search = Name, address or subject
outbox-search-stage = About
outbox-search-any = Anything
outbox-search-day = Due on
outbox-search-button = Search
outbox-search-clear = Show all
outbox-day-wrong = Enter a day, such as 2026-12-01
outbox-by-subject = No patient or driver has “{ $typed }” in a name or address. These messages have it in the subject.
outbox-looked-through = Looked through { $n } messages so far.
outbox-empty-narrow = No message matches.
outbox-pages = Pages
outbox-next = Next page
outbox-next-further = Look further
outbox-first = First page
outbox-release-all = Release all that have an address
outbox-released-all-flash = { $n ->
    [0] None could be released: they have no address, or are too late.
    [one] Released 1 message.
   *[other] Released { $n } messages.
}
outbox-goes-released = Goes when mail is released
outbox-act-drop = Do not send
outbox-act-undrop = Send after all
outbox-dropped = Not sent: somebody decided against it
outbox-dropped-flash = This message does not go.
outbox-undropped-flash = The message goes at its time.
outbox-history = Tries
outbox-head-outcome = What came of it
outbox-head-words = What the server said

worklist-late = Too late to send. Call if it still matters
work-mail-left-out = Message left out
worklist-left-out = Left out when mail was released. See whether it had gone
worklist-act-messages = See messages
worklist-act-again = Try again

driver-contact-title = Reach { $name }
driver-contact-of = Drives { $name }
driver-contact-hint = What waits for this driver goes there. Send failed messages again from the outbox.
driver-contact-save = Save
driver-contact-saved = Saved. { $name } is reached there from now on.

cli-mail-open = Mail goes.
cli-mail-held = Mail is held since { $since }: { $why } ({ $by }).
cli-mail-waiting = { $n ->
    [one] 1 message is due
   *[other] { $n } messages are due
}, { $useful } still of use, oldest { $oldest }, newest { $newest }.
cli-mail-none-waiting = No message is due.
cli-mail-now-held = Mail is held. Nothing goes until it is released, here or on the page Outbox.
cli-mail-was-held = Mail was held already.
cli-mail-not-held = Mail is not held.
cli-mail-released = Mail goes again: { $going } now, { $ended }.

audit-mail-hold = Held all mail
audit-mail-release = Released mail
audit-message-drop = Decided not to send a message
audit-message-undrop = Decided to send a message after all
audit-driver-change = Changed a driver's contacts
