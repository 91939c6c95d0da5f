# Names of the services, protocols and rooms a new clinic starts with. Public names carry no clinical word.

defaults-consultation = Consultation
defaults-infusion-45 = Infusion, 45 minutes
defaults-infusion-60 = Infusion, 60 minutes
defaults-infusion-90 = Infusion, 90 minutes
defaults-infusion-120 = Infusion, 120 minutes
defaults-kap-infusion = KAP infusion, 2 hours
defaults-coaching = Integration coaching
defaults-preparation = Preparation session
defaults-review = End-of-series review
defaults-sgb-consultation = SGB consultation

defaults-public-consultation = Consultation
defaults-public-visit = Visit
defaults-public-talk = Talk
defaults-public-preparation = Preparation talk
defaults-public-review = Review

defaults-programme-induction = Induction
defaults-programme-kap = KAP
defaults-programme-maintenance = Maintenance
defaults-induction-60 = Induction, 60 minutes
defaults-induction-45 = Induction, 45 minutes
defaults-induction-90 = Induction, 90 minutes
defaults-kap = KAP, 2 infusions
defaults-booster = Booster

defaults-room-1 = Room 1
defaults-room-2 = Room 2
defaults-room-3 = Room 3
