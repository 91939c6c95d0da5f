# Mail around the day of a visit: before it, the evening after, and when it is time to talk again. What to do stands on the page.

stage-getting-ready = Getting ready, hours before a visit
stage-quiet-evening = Evening after a treatment
stage-talk-wanted = Time to talk again

mail-soon = It is soon. Take a look at your page today.
mail-soon-course = The first one is soon. Take a look at your page today.

mail-subject-ready = Getting ready for { $day }
mail-ready = Your visit is near.
mail-ready-page = Your page tells you what to do before you come.

mail-subject-evening = For a quiet evening
mail-evening = Take the rest of the day slow.
mail-evening-page = Your page tells you what helps tonight.

mail-subject-talk = Time for a talk with us
mail-talk = It is time for a talk with us.
mail-talk-why = We look at your plan with you before it goes on.
mail-talk-how = Call us and we will find a time.
