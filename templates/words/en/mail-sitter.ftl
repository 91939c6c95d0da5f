# Mail about visits at home and by phone, and to sitters: a first name, from when, until when.

mail-place-home = At home
mail-place-phone = By phone. We call you.
mail-place-theirs = At their home
mail-list-place = { $when }: { $place }
mail-calendar-home = Visit at home, { $clinic }
mail-calendar-phone = Call from { $clinic }
mail-calendar-sitter = Keeping company, { $clinic }

mail-ready-page-home = Your page tells you what to do before we start.
mail-course-sitter = For some of them you need someone to stay with you. Your page shows which ones.
mail-name-sitter = You need someone to stay with you. Name your sitter on your page.
mail-moved-sitter = We ask your sitter again. You do not need to do that.
mail-reminder-sitter-asked = We asked { $driver } to stay with you. There is no answer yet.
mail-reminder-sitter-yes = { $driver } stays with you.
mail-last-call-sitter = Nobody is named to stay with you on { $day }.
mail-last-call-sitter-asked = { $driver } has not said yes to staying with you on { $day }.
mail-last-call-sitter-why = You need someone to stay with you. Without a sitter we need to find another day.
mail-button-sitter = Name your sitter
mail-subject-sitter = Who stays with you on { $day }?
mail-declined-sitter = { $driver } cannot stay with you on { $day }.
mail-declined-sitter-several = { $driver } cannot stay with you on these days.
mail-subject-sitter-several = Who stays with you?

mail-sitter-subject = Keeping company on { $day }
mail-sitter-subject-off = You do not need to stay on { $day }
mail-sitter-asked = { $patient } asked you to stay with them at home.
mail-sitter-reminder = This is about staying with { $patient } on { $day }.
mail-sitter-moved = There is a new time to stay with { $patient }.
mail-sitter-be = Be with { $patient }
mail-sitter-from = { $day }, by { $time }
mail-sitter-until = Stay with { $patient } until { $time }.
mail-sitter-several = Be with { $patient } at home. These are the days:
mail-sitter-until-short = Until { $time }
mail-sitter-alone = { $patient } should not be alone or drive that day.
mail-sitter-see = See the times
mail-sitter-released = You do not need to stay with { $patient } on { $day }.
mail-sitter-off = This time is off
