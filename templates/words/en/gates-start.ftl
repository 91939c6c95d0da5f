# The gate at the start of a visit, and companions who are the patient in person.

appointment-refused-start = The visit of { $name } cannot start yet. { $n ->
    [one] 1 thing is in the way.
   *[other] { $n } things are in the way.
}
appointment-override-start = Start anyway
appointment-override-who-start = A clinician can start anyway with a written reason. It is kept in the audit log.
unmet-not-today-cure = Move the visit
unmet-day-is-over = The visit was on { $when }, and that day is over. Undo the check-in, then move the visit to today.
unmet-own-name = The name entered is the patient's own. Enter who is with them.

drivers-own-details = This name, phone or email is the patient's own. Name someone else.
drivers-own-name = This is the patient's own name. Enter someone else
drivers-own-phone = This is the patient's own phone. Enter the number of who comes
drivers-own-email = This is the patient's own email. Enter the address of who comes

my-driver-own-name = This is your own name. Enter who drives you
my-driver-own-phone = This is your own phone. Enter your driver's number
my-driver-own-email = This is your own email. Enter your driver's address
my-sitter-own-name = This is your own name. Enter who stays with you
my-sitter-own-phone = This is your own phone. Enter the number of who stays
my-sitter-own-email = This is your own email. Enter the address of who stays
