# Words of the review at the end of a course.

review-done = Done: nothing more
review-boosters = Boosters
review-another-series = Another series
review-referral = Referral

review-title = Review of { $name }
review-summary = { $done } of { $all } treatments took place, { $missed } missed, { $canceled } canceled.
review-driver = Driver
review-coach = Coach check-in
review-coach-waived = waived by { $by }: { $why }
review-intentions = Intentions set
review-session-notes = Notes on the sessions
review-home-with = home with { $name }
review-decide = Decide what comes next
review-outcome = What comes next?
review-first-due = First booster from
review-first-due-hint = For boosters only.
review-note = Note
review-note-hint = Only those who decide can read it.
review-save = Save the review
review-earlier = Decisions on this course
review-earlier-empty = Nobody has decided yet.
review-outcome-from = { $outcome }, from { $day } on
review-choose-outcome = Choose what comes next
review-first-due-missing = Enter the day from which the first booster may be given
review-first-due-past = Enter a day that is today or later
review-note-long = Shorten the note to 4,000 characters
review-no-course = A course that was only offered, or was canceled, has no review.
review-saved-done = Saved. The course is closed, and no message asks for a next visit.
review-saved-boosters = Saved. The patient is on the recall list.
review-saved-another-series = Saved. The worklist says that another series is to be planned.
review-saved-referral = Saved. The worklist says that a referral is to be sent.
