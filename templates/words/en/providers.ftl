# Outside providers, consents, letters.

consent-dates = The dates attended
consent-dates-and-change = The dates attended, and how things changed

providers-title = Outside providers of { $name }
providers-link = Outside providers
providers-none = Nobody is recorded. Add a provider, then record what the patient agreed that they are told.
providers-name = Name
providers-role = What they are to the patient
providers-role-hint = As in “family doctor” or “prescriber”.
providers-phone = Phone
providers-email = Email
providers-address = Postal address
providers-add-title = Add a provider
providers-add = Add provider
providers-added = Added { $name }. No letter can go before a consent is recorded.
providers-edit = Change details
providers-edit-title = Details of { $name }
providers-edit-hint = Letters written before stay as they were written.
providers-save = Save details
providers-changed = Saved the details of { $name }.
providers-retire = No more letters
providers-retired = No new letter goes to { $name }. What was written stays here.
providers-retired-since = No new letters since { $day }.
providers-bring-back = Letters again
providers-brought-back = Letters may go to { $name } again, as far as the patient agreed.
providers-enter-name = Enter a name, 200 characters at most
providers-enter-role = Enter what they are to the patient, 200 characters at most
providers-enter-phone = Enter a phone number with 7 to 15 digits
providers-enter-email = Enter an email like name@example.com
providers-enter-address = Enter an address of at most 200 characters
providers-consent-none = No consent
providers-consent-stands = { $scope }. Agreed { $day }, recorded by { $name }
providers-consent-withdrawn = Withdrawn { $day }
providers-record = Record consent
providers-withdraw = Withdraw consent
providers-withdrawn = Withdrew the consent for { $name }. No letter can go any more.
providers-write = Write a letter
providers-letters = Letters
providers-letters-none = No letter has been written.
providers-letter-written = Written { $when } by { $name }, not sent
providers-letter-sent = Sent { $when } by { $name }

consent-title = Consent for { $name }
consent-lead = Record what { $patient } agreed that { $name } is told.
consent-scope = What may be told
consent-given = Agreed on
consent-save = Save consent
consent-saved = Saved the consent for { $name }.
consent-choose-scope = Choose what may be told
consent-enter-date = Enter the date on which the patient agreed
consent-date-ahead = Enter a date that is not after today

letter-title = Letter to { $name }
letter-refused = No letter can go to { $name }. { $n ->
    [one] 1 thing is in the way.
   *[other] { $n } things are in the way.
}
letter-cure = See the consent
letter-last = Nobody can go past this. What a patient did not agree to is not told.
letter-preview = What the letter says
letter-change = How things changed
letter-change-hint = In your words; the patient agreed to this. It begins with what was measured, if anything was. Leave it empty to tell of the dates only.
letter-measured-mood = Mood from 0 to 10, higher is better: { $before } { $when }, { $now } on { $day }. That is { $change }.
letter-measured-phq9 = PHQ-9 from 0 to 27, lower is better: { $before } { $when }, { $now } on { $day }. That is { $change }.
letter-measured-before = before the first treatment ({ $day })
letter-measured-first = on { $day }
letter-measured-higher = { $steps } higher
letter-measured-lower = { $steps } lower
letter-measured-same = no change
letter-change-long = Write at most 2,000 characters
letter-write = Write this letter
letter-written = The letter is kept as it stands here. Print it, then note that it was sent.
letter-print = Print this page with your browser: menus and buttons stay off the paper.
letter-mark-sent = I have sent it
letter-marked = Noted that the letter to { $name } was sent.
letter-sent = Sent { $when } by { $name }
letter-about = About: { $name }, born { $birth }
letter-dates = { $name } was seen here on:
letter-change-intro = How things changed:
letter-consent = { $name } agreed on { $day } that we tell you this, and can withdraw that at any time.
