# The intake form, as the patient fills it in at home. Short words, one thing a sentence, a way out of every question.

intake-title = Your form
intake-start = It takes about 20 minutes. Stop any time; answers are kept after each page. You can skip a question and talk about it instead.
intake-begin = Begin
intake-go-on = Go on where you stopped
intake-not-started = Not started
intake-started = Started
intake-done = Done
intake-words-title = A message for you
intake-step = Page { $number } of { $count }
intake-save = Save and continue
intake-all-pages = All pages of the form
intake-saved-elsewhere = This form was saved at the same moment. Press the button again.
intake-yes = Yes
intake-no = No

intake-about = About you
intake-name = Name to use
intake-name-hint = What we should call you.
intake-birth = Birth date
intake-birth-hint = Such as March 4 1988. “mar” is fine too.
intake-birth-month = Month
intake-birth-day = Day
intake-birth-year = Year
intake-goals = What do you hope for?
intake-goals-hint = In your own words. A few are enough.

intake-reach = How to reach you
intake-phone = Phone
intake-email = Email
intake-way = What do you like better?
intake-times = Good times to call
intake-times-hint = Such as mornings, or after 5.

intake-someone = Someone to call
intake-why-someone = We call this person if you need help in a hurry. We tell them nothing else.
intake-someone-name = Name
intake-relation = Who they are to you
intake-relation-hint = Such as sister, or friend.
intake-someone-phone = Phone

intake-health = Your health
intake-why-health = We ask so that a doctor can see what is safe for you. Only doctors read this page.
intake-history = What has your health been like?
intake-history-hint = Body and mind, now and before. Stays in a hospital too.
intake-allergies = What do you have allergies to?

intake-medicines = Your medicines
intake-why-medicines = Some medicines do not go well with others. Only doctors read this page.
intake-medicine-list = What do you take?
intake-medicine-hint = One on each line, with how much and how often. Leave out nothing you buy yourself.
intake-substances = What else do you use?
intake-substances-hint = Such as alcohol or cannabis, and how often. Nobody judges you.

intake-before = Treatments before
intake-why-before = What helped and what did not tells us where to begin. Only doctors read this page.
intake-earlier = What have you tried before?
intake-earlier-hint = What, when, and how it went.
intake-trial = Have you been part of a study?
intake-trial-hint = A study that tests a new way to help.
intake-trials = If so, which one and when?

intake-others = Other people who care for you
intake-why-others = We talk to them only if you say yes here. You can take a yes back at any time.
intake-consent-hint = Your choice for this person alone.
intake-one-name = First person: name
intake-one-hint = Such as your doctor or someone you talk to.
intake-one-role = First person: what they do
intake-one-phone = First person: phone
intake-one-email = First person: email
intake-one-consent = May we talk to the first person about you?
intake-two-name = Second person: name
intake-two-role = Second person: what they do
intake-two-phone = Second person: phone
intake-two-email = Second person: email
intake-two-consent = May we talk to the second person about you?
intake-three-name = Third person: name
intake-three-role = Third person: what they do
intake-three-phone = Third person: phone
intake-three-email = Third person: email
intake-three-consent = May we talk to the third person about you?
intake-nobody = Nobody cares for me right now
intake-talk = I would rather talk about this

intake-check = Check and send
intake-check-intro = Read your answers. You can change each of them.
intake-nothing-here = Nothing written here.
intake-cost-text = Health plans do not always pay for this. We tell you the whole price before you agree to anything.
intake-cost = I know that I may have to pay for it myself
intake-send = Send to the clinic
intake-cost-first = Tick that you may have to pay for it yourself
intake-nothing-yet = Fill in one page first, or say there that you would rather talk

intake-thanks = Thank you, { $name }.
intake-have = We have your answers.
intake-reads = { $n ->
    [one] A doctor reads them by the next workday. Then we call you.
   *[other] A doctor reads them in the next { $n } workdays. Then we call you.
}
intake-nothing-to-do = You do not need to do anything until then.
intake-questions = Do you have a question? Call us.
intake-read-again = Read your answers

intake-enter-phone = Enter a phone number with 7 to 15 digits
intake-enter-email = Enter an email like name@example.com
intake-choose = Choose one of the answers, or none
intake-long-line = Write at most 200 characters here
intake-long-lines = Write at most 4,000 characters here
intake-birth-month-missing = Birth date must include a month
intake-birth-day-missing = Birth date must include a day
intake-birth-year-missing = Birth date must include a year
intake-birth-no-day = Enter a birth date that is a real day, such as March 4 1988
