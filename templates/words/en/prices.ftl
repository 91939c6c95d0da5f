# Estimates and statements.

estimate-todo = What your plan would cost
estimate-look = See what it costs
estimate-again = What your plan costs
estimate-title = What your plan would cost
estimate-made = As of { $day }.
estimate-what = What
estimate-price = Price
estimate-line = { $n ->
    [one] { $name }
   *[other] { $n } × { $name }
}
estimate-total = Total
estimate-insurance = Insurance may pay for some of this, or for none. Ask your insurance before you decide.
estimate-read = I have read this
estimate-no-promise = Saying so books nothing and costs nothing.
estimate-was-read = You read this on { $when }. Thank you.

estimate-send = Send the estimate
estimate-sent = The estimate for { $name } goes to their page, with a message that names no amount.
estimate-not-running = This course is over or canceled. There is nothing to estimate.
estimate-heading = Estimate
estimate-none = Not sent yet
estimate-state-sent = { $total }, sent { $when }, not read yet
estimate-state-read = { $total }, read { $when }

statement-title = Statement for { $name }
statement-link = Statement
statement-from = From
statement-to = To
statement-show = Show
statement-enter-date = Enter a date
statement-order = The last day must not come before the first
statement-span = Visits attended from { $from } to { $to }
statement-day = Date
statement-visit = Visit
statement-price = Price
statement-total = Total
statement-none = No visit was attended in these days.
statement-print = Print this page with your browser: menus and buttons stay off the paper.
statement-made = Made { $when } by { $name }
