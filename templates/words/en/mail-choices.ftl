# Which messages a patient wants, previews and samples of messages, the clinic's own words in them.

mail-choices = Which of these messages do you want? Choose here:
mail-not-wanted = the patient does not want messages of this kind

topic-preparing = Something to set before a visit
topic-check-ins = Check-ins: how are you?
topic-quiet-days = Quiet things for the days after a visit
topic-next-visit = Choosing your next visit
preference-by-patient = the patient
preference-by-one-click = the patient's mail program
preference-by-staff = staff

preferences-my-title = Messages you get
preferences-my-lead = You can turn off some of our messages. Untick what you do not want.
preferences-my-choose = Send me
preferences-my-save = Save
preferences-my-saved = Saved. You can change this at any time.
preferences-my-link = Which messages you want
preferences-my-always = These always come
preferences-always-visits = When a visit is booked, moved or canceled
preferences-always-reminders = Reminders before a visit
preferences-always-driver = Who drives you
preferences-always-forms = Forms, and what your plan would cost
preferences-stop-lead = You get messages of this kind: { $topic }
preferences-stop = Stop these messages
preferences-stopped = Stopped. You get no more messages of this kind: { $topic }
preferences-stopped-back = Changed your mind? Open your page from any other message and choose there, or call us.

preferences-title = Messages for { $name }
preferences-link = Messages they want
preferences-choice = What they want
preferences-hint = Change it when the patient says so. They can change it on their page too, and stop a kind from the mail itself.
preferences-choose = Sent to this patient
preferences-save = Save
preferences-saved = Saved which messages { $name } gets.
preferences-always = Always sent
preferences-wanted-since = { $topic }: wanted since { $day }, said by { $by }
preferences-unwanted-since = { $topic }: not wanted since { $day }, said by { $by }
preferences-unwanted = Does not want: { $topics }
audit-preferences-change = Changed which messages are wanted
recall-not-wanted = This patient does not want messages about a next visit. Call instead.

preview-title = Messages, seen before they go
preview-link = Preview messages
preview-head-message = Message
preview-head-reader = Goes to
preview-head-topic = Can be switched off as
preview-head-words = Words
preview-always = Always comes
preview-own = Your own
preview-to-patient = Patient
preview-to-driver = Driver
preview-one-title = Message: { $message }
preview-made-up = Made-up people in your clinic's name. Links lead nowhere, and the calendar file is left out.
preview-none = There is no sample of this message.
preview-real = As things stand now, this goes to { $address } at { $when } at the earliest. Its link is left out here.
preview-ends = As things stand now, this message does not go: { $state }.
preview-ends-why = As things stand now, this message does not go: { $state }, { $why }.
preview-phone = HTML, as wide as a phone
preview-wide = Open the HTML at full width
preview-edit = Change its words
preview-back = All messages
preview-back-message = Back to the message
preview-now = See what it would say now
preview-next = See the next message
preview-next-none = No message to { $name } waits.

sample-title = Samples you sent to yourself
sample-send = Send me this
sample-send-hint = To { $address } and nobody else, with “[Sample]” in the subject.
sample-goes = The sample goes to { $address } within a minute. The list of messages shows how it fares.
sample-too-many = You sent yourself 20 samples within an hour. Try again later.
sample-subject = { "[Sample]" } { $subject }
sample-waits = { $message }: asked for { $when }, goes within a minute
sample-again = { $message }: asked for { $when }, tries again: { $why }
sample-sent = { $message }: sent { $when }
sample-failed = { $message }: failed, asked for { $when }: { $why }

settings-wording = Wording of messages
settings-wording-hint = Your own subject, opening and closing, with a preview.
wording-lead = Times, places, links, your phone and the crisis line are put in by themselves. You can write the rest.
wording-count = { $n ->
    [0] All { $all } as they come
    [one] 1 of { $all } in your own words
   *[other] { $n } of { $all } in your own words
}
wording-is-default = As it comes
wording-is-own = Your own, { $who }, { $when }
wording-title = Wording: { $message }
wording-hint = Leave a box empty to keep the words as they come.
wording-not-at-home = For visits at home, where somebody stays with the patient, the words as they come are used.
wording-subject = Subject
wording-opening = Opening
wording-closing = Closing
wording-usual = As it comes: “{ $text }”.
wording-nothing = As it comes, nothing stands here.
wording-needs = Must hold { $fields }.
wording-lines = Each line is a paragraph, { $most } at most.
wording-placeholders = You can write these
wording-effect = Messages from the next one on say this. Messages already sent stay as they are.
wording-save = Save the words
wording-preview = Preview
wording-default = Back to the default
wording-saved = Saved the words of: { $message }
wording-back = Back to the default words: { $message }
wording-looks = As it is now
wording-looks-draft = As it would be; nothing is saved yet
wording-refused = Something is wrong with these words. Nothing was saved.
wording-fault-fixed = Leave this part as it comes: it says what happened
wording-fault-long = Write { $most } characters or fewer
wording-fault-paragraphs = Write { $most } lines or fewer
wording-fault-control = Leave out characters that cannot be seen
wording-fault-brace = Close every curly bracket you open
wording-fault-unknown = Take { $field } out: this message does not know it
wording-fault-missing = Put { $field } in
wording-fault-forbidden = Leave out “{ $word }”: a mailbox is not private
wording-fault-link = Leave out addresses of pages and mailboxes: the link is put in by itself
placeholder-name = The reader's first name
placeholder-clinic = Your clinic's name
placeholder-phone = Your clinic's phone
placeholder-day = Day of the visit, or of the first of several
placeholder-when = Day and times of the visit
placeholder-driver = The driver's first name
placeholder-patient = The patient's first name
placeholder-until = Until when the times are kept
