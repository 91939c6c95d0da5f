-- What patients say of themselves: mood from 0 to 10, and the PHQ-9 with who reviewed an item 9 above zero.

CREATE TABLE mood_scores (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
    taken_at TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('link', 'import', 'staff')),
    recorded_by TEXT NOT NULL,
    batch_id BLOB,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX mood_scores_single ON mood_scores (patient_id, taken_at, source);
CREATE INDEX mood_scores_site ON mood_scores (site_id, taken_at);

-- One row per questionnaire; while it is open, questions without an answer are NULL. An import may know the total only.
CREATE TABLE phq9_answers (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'left')),
    q1 INTEGER CHECK (q1 BETWEEN 0 AND 3),
    q2 INTEGER CHECK (q2 BETWEEN 0 AND 3),
    q3 INTEGER CHECK (q3 BETWEEN 0 AND 3),
    q4 INTEGER CHECK (q4 BETWEEN 0 AND 3),
    q5 INTEGER CHECK (q5 BETWEEN 0 AND 3),
    q6 INTEGER CHECK (q6 BETWEEN 0 AND 3),
    q7 INTEGER CHECK (q7 BETWEEN 0 AND 3),
    q8 INTEGER CHECK (q8 BETWEEN 0 AND 3),
    q9 INTEGER CHECK (q9 BETWEEN 0 AND 3),
    total INTEGER CHECK (total BETWEEN 0 AND 27),
    -- The highest answer ever given to item 9 here: taking it back does not take the flag back.
    item9_highest INTEGER NOT NULL DEFAULT 0 CHECK (item9_highest BETWEEN 0 AND 3),
    -- Since when a clinician should look at it.
    flagged_at TEXT,
    reviewed_at TEXT,
    reviewed_by TEXT,
    reviewed_by_id BLOB REFERENCES staff (id),
    review_note TEXT,
    taken_at TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('link', 'import', 'staff')),
    recorded_by TEXT NOT NULL,
    batch_id BLOB,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (state <> 'complete' OR total IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX phq9_answers_single ON phq9_answers (patient_id, taken_at, source) WHERE state = 'complete';
CREATE UNIQUE INDEX phq9_answers_one_open ON phq9_answers (patient_id) WHERE state = 'open';
CREATE INDEX phq9_answers_patient ON phq9_answers (patient_id, taken_at);
