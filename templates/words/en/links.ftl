# Links that open their page no more, fresh ones, "This is not me", and canceling by a link. Short words, nothing clinical.

link-ended-old-title = This link is too old
link-ended-old = Links in our messages work for a while only.
link-ended-moved-title = Your visit has moved since
link-ended-canceled-title = Your visit was canceled since
link-ended-course-title = Your plan has changed since
link-ended-newer = This link belongs to an earlier message. Look for a newer one from us.
link-ended-drive-title = This drive has moved since
link-ended-stay-title = This day has moved since
link-ended-driver-off-title = You are not asked to drive any more
link-ended-sitter-off-title = You are not asked to stay any more
link-ended-off = You do not need to do anything else. Thank you.
link-fresh-send = Send me a new link
link-fresh-where = It goes to the address we have for you.
link-fresh-sent = A new link is on its way, if we may write to you by email.
link-fresh-none-came = Nothing there after a few minutes? Look in the spam folder, or call us.

not-me-link = This is not me
not-me-title = Is this not for you?
not-me-why = If you do not know why you got our message, tell us here.
not-me-then = We will not write to this address again, and the links we sent stop working.
not-me-do = This is not me

my-cancel-title = Cancel this visit?
my-cancel-too = { $name } on { $when } is canceled too.
my-cancel-others = Your other visits stay.
my-cancel-undo-for = { $n ->
    [one] You can undo this for 1 minute.
   *[other] You can undo this for { $n } minutes.
}
my-cancel-do = Cancel this visit
my-cancel-keep = Keep it
my-cancel-late = It is too late to cancel this visit here, or it is off already. Call us.
my-cancel-without = Cancel without a new time
my-cancel-one = Cancel { $when }
my-cancel-reason = Canceled by the patient on their page
my-cancel-undo = Undo
my-cancel-undo-late = That did not work any more. Call us and we will find a time.
my-canceled-title = Canceled
my-canceled-undo = Your visit on { $when } is canceled. Changed your mind? Undo until { $time }.
my-restored-done = Your visit is booked again.

stage-fresh-link = A new link the patient asked for
stage-driver-fresh-link = A new link the driver asked for
mail-subject-fresh = Your new link
mail-fresh = Here is your new link.
mail-fresh-driver = Here is your new link for the visit of { $patient }.
mail-fresh-why = You asked for it on our page. If that was not you, you do not need to do anything.
mail-fresh-button = Open the page

work-patient-address-wrong = Patient's address is wrong
work-patient-canceled = Patient canceled
worklist-patient-address-wrong = Mail to the patient reached someone else. Call and ask for the right address
worklist-patient-canceled = Canceled on the patient's page. Call if a new time is needed
patients-address-wrong = Mail to this address reached someone else. Nothing goes there until you change it or say that it is right.
patients-address-right = The patient says that this address is right

audit-link-fresh = Asked for a new link
audit-patient-wrong_person = Learned that the patient's address is someone else's
audit-patient-address_right = Noted that the patient's address is right
