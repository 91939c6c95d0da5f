# Words about mood and the PHQ-9: for patients behind their link, for staff on the chart, for imports.

mood-name = Mood
mood-heading = Mood and PHQ-9
mood-title = Mood and PHQ-9: { $name }
mood-open = Enter, import, review
mood-back = Open chart
mood-source-link = by link
mood-source-import = imported
mood-source-staff = entered by staff
mood-plot-title = Mood, 0 to 10
mood-plot-end = Mood { $score }
mood-plot-numbers = The numbered lines are treatments.
mood-one = One mood score so far: { $score }.
mood-rose = Mood rose from { $was } to { $is } over { $span }.
mood-fell = Mood fell from { $was } to { $is } over { $span }.
mood-same = Mood is { $is }, as it was { $span } before.
mood-span-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
mood-span-weeks = { $n ->
    [one] 1 week
   *[other] { $n } weeks
}
mood-fact-change = { $name }: baseline { $was } ({ $then }), now { $is } ({ $on }), change { $change }
mood-fact-baseline = { $name }: baseline { $is } ({ $on }), no score since
mood-fact-none = { $name }: now { $is } ({ $on }), no score before the first treatment
mood-empty = No scores yet. The patient gets a short check-in after each treatment and a weekly one during a series.
mood-as-table = Show as table
mood-head-score = Score
mood-head-how = How it came in
mood-row-how = { $source }, { $who }
mood-row-treatment = Treatment { $number }
mood-rows-left-out = { $n ->
    [one] 1 earlier row is left out
   *[other] { $n } earlier rows are left out
}
mood-enter = Enter a mood score
mood-enter-score = Score from 0 to 10
mood-enter-score-hint = As the patient says it: 0 is as bad as it can be, 10 as good as it can be.
mood-enter-score-error = Enter a whole number from 0 to 10
mood-enter-date = Date
mood-enter-time = Time
mood-enter-date-error = Enter the date of the answer
mood-enter-time-error = Enter the time of the answer
mood-enter-save = Save score for { $name }
mood-enter-phq9 = Enter a PHQ-9
mood-entered = Score saved for { $name }.
mood-when-ahead = This time lies ahead. Enter when the patient answered
mood-there-already = There is an answer of exactly this time already

mood-import = Import from a file
mood-import-title = Import scores for { $name }
mood-import-what = Export the scores of this one patient from the other program as CSV. Nothing is written before you have seen every row.
mood-import-file = File
mood-import-paste = Or paste the rows here
mood-import-head = The first row names the columns
mood-import-read = Read the file
mood-import-rows = { $n ->
    [one] The file has 1 row.
   *[other] The file has { $n } rows.
}
mood-import-sample = The first rows
mood-import-column = Column { $number }
mood-import-date = Which column is the date?
mood-import-form = How does the file write dates?
mood-import-score = Which column is the mood score, 0 to 10?
mood-import-total = Which column is the sum of the PHQ-9?
mood-import-items = In which column do the nine PHQ-9 answers begin?
mood-import-items-hint = The nine answers, from 0 to 3, stand in nine columns in a row.
mood-import-choose = Choose
mood-import-none = Not in this file
mood-import-strict = Import nothing if any row has a fault
mood-import-check = Check the rows
mood-import-save = { $n ->
    [one] Import 1 row for { $name }
   *[other] Import { $n } rows for { $name }
}
mood-import-summary = New: { $new }. Known already: { $known }. With faults: { $faulty }.
mood-import-nothing-yet = Nothing is written yet.
mood-import-line = Line
mood-import-row = Row
mood-import-verdict = Verdict
mood-import-left-out = { $n ->
    [one] 1 more row is not shown. Rows with faults come first.
   *[other] { $n } more rows are not shown. Rows with faults come first.
}
mood-import-date-error = Choose the column of the date
mood-import-form-error = Choose how the file writes dates
mood-import-score-error = Choose a column with a score, a sum or answers
mood-import-unreadable = This file is no table of text. Export it as CSV
mood-import-too-many = The file has more than 10,000 rows. Split it and import the parts
mood-import-empty = Choose a file with at least one row
mood-import-faulty = A row has a fault, so nothing was imported. Mend the file, or import the other rows
mood-import-nothing = No row is new, so nothing was imported
mood-imported = { $n ->
    [one] 1 row imported for { $name }.
   *[other] { $n } rows imported for { $name }.
}
mood-date-year-first = 2026-12-01 or 2026-12-01 14:30 (year first)
mood-date-month-first = 12/1/2026 or 12/1/2026 2:30 PM (month first)
mood-date-day-first = 1.12.2026 or 1/12/2026 14:30 (day first)
mood-date-instant = 2026-12-01T14:30:00Z (with its time zone)
mood-verdict-new = New
mood-verdict-known = Known already
mood-verdict-faulty = Fault
mood-fault-no-date = There is no date.
mood-fault-bad-date = The date cannot be read in the chosen form.
mood-fault-future = The date lies ahead.
mood-fault-too-old = The date is more than ten years past.
mood-fault-bad-score = The score is no whole number from 0 to 10.
mood-fault-bad-total = The sum of the PHQ-9 is no whole number from 0 to 27.
mood-fault-bad-items = Not every one of the nine answers is a whole number from 0 to 3.
mood-fault-sum-differs = The nine answers and the sum do not agree.
mood-fault-nothing = There is no score in this row.

phq9-name = PHQ-9
phq9-plot-title = PHQ-9, 0 to 27
phq9-plot-end = PHQ-9 { $score }
phq9-one = One PHQ-9 so far: { $score }.
phq9-rose = PHQ-9 rose from { $was } to { $is } over { $span }.
phq9-fell = PHQ-9 fell from { $was } to { $is } over { $span }.
phq9-same = PHQ-9 is { $is }, as it was { $span } before.
phq9-banded = { $score } ({ $band })
phq9-band-minimal = minimal
phq9-band-mild = mild
phq9-band-moderate = moderate
phq9-band-moderately-severe = moderately severe
phq9-band-severe = severe
phq9-state-open = being answered
phq9-state-complete = complete
phq9-state-left = not finished
phq9-row-item9 = item 9 above zero
phq9-row-reviewed = reviewed by { $who }, { $when }: { $note }
phq9-flag = PHQ-9 of { $day }: item 9 was above zero. Nobody has reviewed it yet.
phq9-flag-say = The patient has seen the crisis line, or was to hear it from whoever asked: call or text 988, free, day and night; in danger right now, 911.
phq9-review = Mark as reviewed: { $name }
phq9-review-note = What was done?
phq9-review-note-hint = Whom you spoke with, what you agreed. It stays on the chart with your name and the time.
phq9-review-enter-note = Enter what was done
phq9-review-long = Write at most 2,000 characters
phq9-review-clinicians = A clinician reviews it.
phq9-reviewed = Reviewed. The line is off the worklist.
phq9-reviewed-already = Somebody reviewed this already. Nothing changed.
phq9-enter-title = PHQ-9 for { $name }
phq9-enter-choose = Choose an answer to question { $number }
phq9-enter-save = Save PHQ-9 for { $name }
phq9-entered = PHQ-9 saved for { $name }.
phq9-entered-risk = PHQ-9 saved for { $name }. Read the notice on this page aloud now.
phq9-answer-all = Answer all nine questions

# The published words of the questionnaire (Spitzer, Williams, Kroenke); they stay as they are.
phq9-stem = Over the last 2 weeks, how often have you been bothered by any of the following problems?
phq9-item-1 = Little interest or pleasure in doing things
phq9-item-2 = Feeling down, depressed, or hopeless
phq9-item-3 = Trouble falling or staying asleep, or sleeping too much
phq9-item-4 = Feeling tired or having little energy
phq9-item-5 = Poor appetite or overeating
phq9-item-6 = Feeling bad about yourself - or that you are a failure or have let yourself or your family down
phq9-item-7 = Trouble concentrating on things, such as reading the newspaper or watching television
phq9-item-8 = Moving or speaking so slowly that other people could have noticed? Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual
phq9-item-9 = Thoughts that you would be better off dead or of hurting yourself in some way
phq9-answer-0 = Not at all
phq9-answer-1 = Several days
phq9-answer-2 = More than half the days
phq9-answer-3 = Nearly every day

phq9-progress = Question { $number } of { $count }
phq9-choose = Choose one of the answers
phq9-your-answer = (your answer)
phq9-support-title = Thank you for telling us.
phq9-support-alone = You do not have to carry this alone.
phq9-support-now = If you might hurt yourself, talk to someone now. Call or text 988. It is free, day and night.
phq9-support-danger = In danger right now? Call 911.
phq9-support-told = We have told your care team. They read this from 9 AM to 5 PM on workdays.
phq9-support-not-kept = We could not keep your answer. Your care team does not have it yet. Call us.
phq9-support-call = Call 988
phq9-support-text = Text 988
phq9-support-911 = Call 911
phq9-support-go-on = Go on

my-mood-title = How are you today?
my-mood-tell = Tell us how you are
my-mood-question = How is your mood right now?
my-mood-scale = 0 is as bad as it can be. 10 is as good as it can be.
my-mood-choose = Choose a number from 0 to 10
my-check-in-read = Your care team reads this from 9 AM to 5 PM on workdays.
my-not-today = Not today
my-week-title = Your check-in for this week
my-week-what = There are nine short questions. They take about two minutes.
my-week-kept = We keep each answer at once. You can stop and come back.
my-week-begin = Begin
my-week-go-on = Go on
my-thanks-title = Thank you, { $name }
my-thanks-nothing = You do not need to do anything else now.
my-thanks-questions = Answer nine short questions
my-thanks-change = Change my answer
my-thanks-visits = See my visits
