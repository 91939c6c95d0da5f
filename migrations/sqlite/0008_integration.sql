-- Intentions and session notes, outside providers with consents and letters, estimates and package prices.

ALTER TABLE protocols ADD COLUMN package_cents INTEGER CHECK (package_cents >= 0);

CREATE TABLE intentions (
    id BLOB PRIMARY KEY NOT NULL,
    appointment_id BLOB NOT NULL UNIQUE REFERENCES appointments (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    matters TEXT NOT NULL,
    open_to TEXT NOT NULL,
    take_along TEXT NOT NULL,
    music TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX intentions_patient ON intentions (patient_id);

CREATE TABLE session_notes (
    id BLOB PRIMARY KEY NOT NULL,
    appointment_id BLOB NOT NULL REFERENCES appointments (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    author_id BLOB NOT NULL REFERENCES staff (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX session_notes_patient ON session_notes (patient_id, created_at);
CREATE INDEX session_notes_appointment ON session_notes (appointment_id);

-- A note stays as it was written; a correction is a new note.
CREATE TRIGGER session_notes_no_update BEFORE UPDATE ON session_notes
BEGIN
    SELECT RAISE(ABORT, 'session_notes_append_only');
END;

CREATE TABLE providers (
    id BLOB PRIMARY KEY NOT NULL,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    address TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX providers_patient ON providers (patient_id);

CREATE TABLE provider_consents (
    id BLOB PRIMARY KEY NOT NULL,
    provider_id BLOB NOT NULL REFERENCES providers (id),
    scope TEXT NOT NULL CHECK (scope IN ('dates', 'dates_and_change')),
    given_on TEXT NOT NULL,
    withdrawn_on TEXT,
    recorded_by TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX provider_consents_provider ON provider_consents (provider_id, created_at);

CREATE TABLE letters (
    id BLOB PRIMARY KEY NOT NULL,
    provider_id BLOB NOT NULL REFERENCES providers (id),
    consent_id BLOB NOT NULL REFERENCES provider_consents (id),
    body TEXT NOT NULL,
    tells_change INTEGER NOT NULL,
    written_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    sent_by TEXT
) STRICT;
CREATE INDEX letters_provider ON letters (provider_id, created_at);

CREATE TABLE estimates (
    id BLOB PRIMARY KEY NOT NULL,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    series_id BLOB REFERENCES series (id),
    plan TEXT,
    lines TEXT NOT NULL,
    total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
    currency TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    acknowledged_at TEXT
) STRICT;
CREATE INDEX estimates_patient ON estimates (patient_id, created_at);
