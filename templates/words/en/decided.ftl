# What follows from a decision for bookings, mails and the worklist.

unmet-all-booked = { $n ->
    [one] Decided: 1 treatment; { $booked } is booked already.
   *[other] Decided: { $n } treatments; { $booked } are booked already.
}

work-no-decision = Booked without a valid decision
worklist-no-decision = { $n ->
    [one] 1 treatment, on { $day }
   *[other] { $n } treatments, from { $day } on
}
worklist-needs-decision = This line leaves when a clinician has decided, or when the treatments are canceled.
outbox-held-no-decision = Held: no valid decision

decide-date-far = Enter a day within the next two years
decide-newer = { $who } decided at { $when }: { $what }. Nothing was saved. Save again if your decision stands.
decide-form-broken = This form came back incomplete, so nothing was saved. Save again.

consent-date-before-birth = Enter a date on which the patient was born already

message-rules-double = Another rule sends the same message at the same moment. Change one of the two.
message-rules-double-named = There is a rule like this one already: { $name }, { $other }. With both, people would get the message twice.

told-replaced = This message was replaced. Call us.
link-ended-title = This page is not there
link-ended-text = It may be old, or part of its address is missing. Look for a newer message from us, or call us.
