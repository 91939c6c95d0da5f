# Mail to drivers: a first name, when, where, until when. Nothing else of the patient, nothing of what the visit is for.

mail-driver-subject = Driving on { $day }
mail-driver-subject-off = You do not need to drive on { $day }
mail-driver-asked = { $patient } asked you to drive.
mail-driver-reminder = This is about driving { $patient } on { $day }.
mail-driver-moved = The drive for { $patient } has a new time.
mail-driver-bring = Bring { $patient }
mail-driver-by = { $day }, by { $time }
mail-driver-home = Take { $patient } home { $window }.
mail-driver-free = Stay free until { $time }. We call you when it is time.
mail-driver-several = Bring { $patient } to { $place } and take { $patient } home. These are the days:
mail-driver-home-short = Home { $window }
mail-driver-free-short = Stay free until { $time }
mail-driver-call-then = We call you when it is time to go home.
mail-driver-alone = { $patient } should not drive or travel alone that day.
mail-driver-tell-us = Can you do it? Open the page and say yes or no.
mail-driver-not-heard = We have not heard from you yet. Open the page and say yes or no.
mail-driver-again = Does the new time work for you? Open the page and say yes or no.
mail-driver-still = You said yes. If that has changed, tell us on the page.
mail-driver-answer = Answer
mail-driver-see = See the drive
mail-driver-released = You do not need to drive { $patient } on { $day }.
mail-driver-off = This drive is off
mail-driver-thanks = You do not need to do anything else. Thank you for your help.
