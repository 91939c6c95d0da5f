# Words of recall: the list, one patient's dates and windows, the clinic's windows.

recall-title = Recall
recall-empty = Nobody is due. Patients come here three weeks after the last treatment of their course, or as the settings say.
recall-head-who = Patient
recall-head-last = Last treatment
recall-head-state = Next booster
recall-head-next = Booked
recall-head-phone = Phone
recall-head-acts = Acts
recall-last = { $day }: { $visit }
recall-not-due = Due from { $day } on
recall-due = Due since { $day }
recall-recommended = Recommended since { $day }
recall-overdue = Overdue since { $day }
recall-falling = Scores are falling
recall-next = { $when }
recall-next-held = Held: { $when }
recall-next-none = Nothing booked
recall-called = Last message { $when }
recall-plan = Plan a booster
recall-invite = Invite
recall-edit = Dates and stop
recall-later = { $n ->
    [one] 1 not due yet
   *[other] { $n } not due yet
}
recall-stopped = { $n ->
    [one] 1 stopped
   *[other] { $n } stopped
}
recall-stopped-by = Stopped by { $by }, { $day }: { $why }
recall-invited = Invited { $name }. The message goes at { $when }.
recall-invite-refused = { $name } was not invited
recall-is-stopped = Recall is stopped for this patient. Begin it again first.
recall-is-booked = The next treatment is booked or held already.
recall-not-suitable = The candidacy decision says not suitable.
recall-no-mail = This patient is reached by phone. Call instead.
recall-invited-already = An invitation waits in the outbox already.

recall-one-title = Recall of { $name }
recall-dates = Dates
recall-not-listed = This patient is not called back: a course is running, the review closed it, or no treatment of a course took place.
recall-fact-due = Due from
recall-fact-recommended = Recommended from
recall-fact-overdue = Overdue from
recall-due-days = Due, days after the last treatment
recall-recommended-days = Recommended, days after the last treatment
recall-overdue-months = Overdue, months after the last treatment
recall-clinic-number = Empty means the clinic's number, { $number }.
recall-windows-save = Save the dates
recall-windows-saved = Saved the dates of { $name }.
recall-days-range = Enter a number of days from 1 to 365
recall-months-range = Enter a number of months from 1 to 24
recall-recommended-later = Enter more days than until a booster is due
recall-overdue-later = Enter enough months to be later than the recommended date
recall-stop-title = Stop recall
recall-stop-effect = No message asks for a next visit any more. Booked visits stay.
recall-stop-reason = Why stop?
recall-stop-reason-hint = For example: wants no more treatments, moved away.
recall-stop-why = Enter why recall stops, in 200 characters or fewer
recall-stop = Stop
recall-stop-saved = Stopped recall for { $name }.
recall-resume = Begin again
recall-resume-saved = Recall for { $name } goes on.

recall-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
recall-months = { $n ->
    [one] 1 month
   *[other] { $n } months
}
recall-windows-line = Due after { $due }, recommended after { $recommended }, overdue after { $overdue }
settings-recall = Recall
settings-recall-hint = When boosters are due after the last treatment
settings-recall-due-hint = From then on a patient may come again.
settings-recall-recommended-hint = On this day a message asks the patient to choose a time.
settings-recall-overdue-hint = On this day a second message asks once more.
settings-recall-effect = Messages that wait get the new dates. A patient's own numbers stay.
settings-recall-save = Save recall
settings-recall-saved = Saved when boosters are due.
