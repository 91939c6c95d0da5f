-- What patients say of themselves: mood from 0 to 10, and the PHQ-9 with who reviewed an item 9 above zero.

CREATE TABLE mood_scores (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    score BIGINT NOT NULL CHECK (score BETWEEN 0 AND 10),
    taken_at TIMESTAMPTZ NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('link', 'import', 'staff')),
    recorded_by TEXT NOT NULL,
    batch_id UUID,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX mood_scores_single ON mood_scores (patient_id, taken_at, source);
CREATE INDEX mood_scores_site ON mood_scores (site_id, taken_at);

-- One row per questionnaire; while it is open, questions without an answer are NULL. An import may know the total only.
CREATE TABLE phq9_answers (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'left')),
    q1 BIGINT CHECK (q1 BETWEEN 0 AND 3),
    q2 BIGINT CHECK (q2 BETWEEN 0 AND 3),
    q3 BIGINT CHECK (q3 BETWEEN 0 AND 3),
    q4 BIGINT CHECK (q4 BETWEEN 0 AND 3),
    q5 BIGINT CHECK (q5 BETWEEN 0 AND 3),
    q6 BIGINT CHECK (q6 BETWEEN 0 AND 3),
    q7 BIGINT CHECK (q7 BETWEEN 0 AND 3),
    q8 BIGINT CHECK (q8 BETWEEN 0 AND 3),
    q9 BIGINT CHECK (q9 BETWEEN 0 AND 3),
    total BIGINT CHECK (total BETWEEN 0 AND 27),
    -- The highest answer ever given to item 9 here: taking it back does not take the flag back.
    item9_highest BIGINT NOT NULL DEFAULT 0 CHECK (item9_highest BETWEEN 0 AND 3),
    -- Since when a clinician should look at it.
    flagged_at TIMESTAMPTZ,
    reviewed_at TIMESTAMPTZ,
    reviewed_by TEXT,
    reviewed_by_id UUID REFERENCES staff (id),
    review_note TEXT,
    taken_at TIMESTAMPTZ NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('link', 'import', 'staff')),
    recorded_by TEXT NOT NULL,
    batch_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (state <> 'complete' OR total IS NOT NULL)
);
CREATE UNIQUE INDEX phq9_answers_single ON phq9_answers (patient_id, taken_at, source) WHERE state = 'complete';
CREATE UNIQUE INDEX phq9_answers_one_open ON phq9_answers (patient_id) WHERE state = 'open';
CREATE INDEX phq9_answers_patient ON phq9_answers (patient_id, taken_at);
