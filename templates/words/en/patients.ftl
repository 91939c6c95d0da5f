# Words of adding and changing a patient.

contact-email = Email
contact-phone = Phone call

patients-new-title = Add a patient
patients-edit-title = Change { $name }
patients-full-name = Full name
patients-full-name-hint = As in the ID.
patients-name-to-use = Name to use
patients-name-to-use-hint = If they go by another name.
patients-birth-date = Birth date
patients-birth-hint = Such as Mar 4, 1988.
patients-birth-read = { $birth }, { $age } years old.
patients-phone = Phone
patients-phone-hint = A phone or an email is enough.
patients-email = Email
patients-contact = How to reach them
patients-add = Add patient
patients-save = Save changes
patients-added = Added { $name }.
patients-changed = Saved the changes to { $name }.
patients-not-known = Not known

patients-enter-full-name = Enter the full name in letters, 120 characters or fewer
patients-enter-name-to-use = Enter the name to use in letters, or leave it empty
patients-enter-birth-date = Enter a birth date such as Mar 4, 1988
patients-enter-phone = Enter a phone number such as +1 555 010 0133
patients-enter-phone-or-email = Enter a phone number or an email address
patients-enter-phone-to-call = Enter a phone number, or choose email
patients-enter-email = Enter an email address such as name@example.com
patients-enter-email-to-write = Enter an email address, or choose a phone call
patients-choose-contact = Choose how to reach them

patients-likely-title = This may be the same person
patients-likely = { $name }, born { $birth } ({ $age }), { $reach }
patients-open-chart = Open chart
patients-add-anyway = No, add a new patient

patients-meanwhile = { $who } changed this patient on { $when } while you were typing. Nothing of yours is saved yet.
patients-meanwhile-somebody = Somebody changed this patient while you were typing. Nothing of yours is saved yet.
patients-field = Field
patients-now = Now
patients-yours = Yours
patients-keep-mine = Keep mine
patients-keep-theirs = Keep theirs
