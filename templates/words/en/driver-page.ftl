# The driver's page behind a link: a first name, when, where, until when.

driver-page-title = { $patient } asked you to drive
driver-page-bring = Bring { $patient } to { $place }, by { $time }.
driver-page-home = Take { $patient } home { $window }.
driver-page-free = Stay free until { $time }. We call you when it is time.
driver-page-alone = { $patient } should not drive or travel alone that day.
driver-page-yes = Yes, I can drive
driver-page-no = No, I cannot
driver-page-all = Yes to all
driver-page-yes-done = Thank you. See you on { $day }.
driver-page-no-done = Thank you for telling us. We let { $patient } know. You do not need to do anything else.
driver-page-change = Change my answer
driver-page-calendar = Add to calendar
driver-page-changed = This drive has changed. We sent you a new message.
driver-page-none = There is nothing for you to drive now. You do not need to do anything else.
