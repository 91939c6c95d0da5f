# Mail to people who called for the first time. Nothing of what the form asks.

mail-subject-form = A form for you to fill in
mail-subject-form-waits = Your form is still open
mail-subject-words = There is a message for you

mail-form = Thank you for calling or writing to us. Here is a form for you.
mail-form-long = It takes about 20 minutes.
mail-form-stop = You can stop at any time. What you write is kept after each page.
mail-form-talk = You can skip a question and talk with us about it.
mail-form-open = Open the form
mail-form-waits = Your form is not back yet.
mail-form-kept = What you wrote is kept. You can go on where you stopped.
mail-form-rather = Would you rather talk? Call us.
mail-form-go-on = Go on with the form
mail-words = There is a message from us for you.
mail-words-page = You can read it on your page.
mail-words-read = Read the message
