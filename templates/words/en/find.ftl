# Words of finding a patient: the page of results and the rows under the find box.

find-title = Patients
find-add = Add a patient
find-box = Find a patient
find-box-hint = Part of a name, phone or email, or a birth date. Several parts at once, as in “al mar”.
find-newest = Newest patients
find-no-patients = No patients yet. Add the first one.
find-count = { $n ->
    [one] 1 person found
   *[other] { $n } people found
}
find-more = The first { $n } people. Type more to see fewer.
find-nobody = Nobody matches “{ $typed }”.
find-nobody-closest = Nobody matches “{ $typed }”. These come closest.
find-namesakes = { $n } people are called { $name }. Check the birth date.
find-add-this = Add a new patient with this name
find-back-to-newest = Show the newest patients
find-name-used = { $name } “{ $used }”
find-born = born { $birth } ({ $age })
find-phone = phone ends { $end }
find-next = next visit { $when }
find-no-visit = no visit booked
