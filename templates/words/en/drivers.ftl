# Drivers: who takes a patient to a treatment and home.

driver-not-needed = No driver needed
driver-missing = None named
driver-unanswered = Asked, no answer yet
driver-confirmed = Confirmed
drive-asked = Asked
drive-confirmed = Confirmed
drive-declined = Cannot
drive-replaced = Replaced

driver-heading = Driver
driver-title = Who drives { $name }?
driver-for = { $service }, { $when }
driver-current = { $name }: { $state }
driver-asked-at = Asked { $when }.
driver-answered-at = Answered { $when }, recorded by { $by }.
driver-said-yes = They said yes
driver-said-no = They said no
driver-name-one = Name driver
driver-name-another = Name another driver
driver-who = Who drives?
driver-who-wrong = Choose who drives
driver-known = { $name }, as before
driver-new = Someone else
driver-full-name = Full name
driver-full-name-wrong = Enter the driver's full name
driver-phone = Phone
driver-phone-wrong = Enter a phone number, such as +1 555 010 0199
driver-email = Email
driver-email-wrong = Enter an email address, such as name@example.com
driver-contact-wrong = Enter a phone number or an email for the driver
driver-scope = Drives on
driver-scope-this = This visit, { $when }
driver-scope-all = { $n ->
    [one] The 1 coming treatment
   *[other] All { $n } coming treatments
}
driver-told = The driver is told the first name { $name }, the date, when to come and take home, and the address. Nothing else.
driver-told-how = It goes by email in { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Call drivers without an email address.
driver-save = Save driver for { $name }
driver-saved = { $driver } is named to drive { $name }.
driver-answer-yes = Noted: { $driver } drives { $name }.
driver-answer-no = Noted: { $driver } cannot drive { $name }. Name another driver.
driver-none-needed = This visit needs no driver.
driver-too-late = A driver can be named until the patient has gone home. The visit's state is “{ $state }”.

drivers-no-contact = Enter a phone number or an email for the driver.
drivers-no-visit = There is no coming visit to drive to.
drivers-not-needed = One of these visits needs no driver or is over.
