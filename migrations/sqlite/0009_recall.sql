-- Review and recall: what was decided at the end of a course, and how a patient is called back after it. Whether somebody is due is
-- never stored: it follows from the treatments that took place.

CREATE TABLE reviews (
    id BLOB PRIMARY KEY NOT NULL,
    series_id BLOB NOT NULL REFERENCES series (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'boosters', 'another_series', 'referral')),
    first_due TEXT,
    note TEXT NOT NULL DEFAULT '',
    decided_by BLOB NOT NULL REFERENCES staff (id),
    decided_at TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_series ON reviews (series_id, decided_at);

CREATE TABLE recall_settings (
    patient_id BLOB PRIMARY KEY NOT NULL REFERENCES patients (id),
    due_days INTEGER CHECK (due_days >= 1),
    recommended_days INTEGER CHECK (recommended_days >= 1),
    overdue_months INTEGER CHECK (overdue_months >= 1),
    stopped_at TEXT,
    stopped_by TEXT,
    stop_reason TEXT,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX appointments_treated ON appointments (site_id, starts_at)
    WHERE category = 'treatment' AND status = 'fulfilled';
