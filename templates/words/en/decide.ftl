# Words of the candidacy decision.

outcome-suitable = Suitable
outcome-not-suitable = Not suitable
outcome-deferred = Deferred

decide-title = Decide for { $name }
decide-born = born { $birth } ({ $age })
decide-outcome = Is treatment suitable?
decide-if-suitable = If suitable
decide-protocol = Protocol
decide-choose = Choose a protocol
decide-protocol-option = { $n ->
    [one] { $name }: 1 treatment ({ $min } to { $max })
   *[other] { $name }: { $n } treatments ({ $min } to { $max })
}
decide-planned = Number of treatments
decide-planned-hint = Empty means the protocol's own number.
decide-expires = Suitable until
decide-expires-hint = The last day on which a treatment may take place.
decide-if-deferred = If deferred
decide-until = Decide again on
decide-in-any-case = In any case
decide-note = Note
decide-note-hint = Reasons. Only those who decide can read it.
decide-save = Save the decision
decide-saved = Saved the decision for { $name }.
decide-earlier = Earlier decisions
decide-earlier-empty = Nobody has decided yet.

decide-choose-outcome = Choose suitable, not suitable or deferred
decide-choose-protocol = Choose a protocol from the list
decide-enter-planned = Enter a number from { $min } to { $max }
decide-enter-expires = Enter the last day of treatment
decide-expires-past = Enter a last day that is today or later
decide-enter-until = Enter the day to decide again
decide-until-past = Enter a day after today
decide-note-long = Shorten the note to 4,000 characters
