# Moving one visit.

moves-title = Move the visit of { $name }
moves-now = Now: { $service }, { $when }
moves-from = Show times from
moves-show = Show times
moves-from-wrong = Enter a date, such as 2026-12-01
moves-to = New time
moves-to-wrong = Choose a time
moves-option = { $time } with { $who }
moves-option-talk = Its talk goes to { $when }.
moves-do = Move { $name }
moves-keep = Keep the time
moves-later = Later times
moves-none = No time fits from { $from } to { $to }.
moves-refused = { $name } cannot be moved there
moves-nearest = The nearest times that fit are below.
moves-not = This visit cannot be moved: its state is “{ $state }”.
moves-not-ahead = This visit is not ahead any more, so it cannot be moved or canceled.
moves-not-restorable = This visit cannot go back in the book: its time is past, or its course is off.
moves-done = Moved to { $when }.
moves-done-with = Moved to { $when }; the talk moved with it to { $day }.
moves-also = { $name } moved with it to { $day }.
moves-mail = Mail goes in { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}.
moves-undo-over = The time to take this back is over. Book the visit again.
