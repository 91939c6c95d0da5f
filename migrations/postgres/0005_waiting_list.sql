-- Wishes of a patient that are kept for later planning, as the plan page and the waiting list read them.

CREATE TABLE wishes (
    patient_id UUID PRIMARY KEY NOT NULL REFERENCES patients (id),
    wished JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    updated_by TEXT NOT NULL
);
