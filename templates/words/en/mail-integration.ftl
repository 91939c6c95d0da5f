# Mail about setting an intention, about the quiet days, about prices. Neutral: what it is about stands behind the link.

mail-subject-intention = Before your visit on { $day }
mail-intention = There is something to set before your visit.
mail-intention-how = Your page asks a few short things. Take your time.
mail-intention-button = Open the questions

mail-subject-quiet = A few quiet things for today
mail-quiet = A few quiet things for today are on your page.
mail-quiet-first = Take it slow. You do not have to do all of them.
mail-quiet-second = Two days have passed. Take it slow.
mail-quiet-button = Open your page
mail-label-next = Your next visit

mail-subject-estimate = Your plan: something to read
mail-estimate = What your plan would cost is on your page.
mail-estimate-read = Read it before you say yes. One press tells us that you have read it.
mail-estimate-button = See what it costs
