-- Intentions and session notes, outside providers with consents and letters, estimates and package prices.

ALTER TABLE protocols ADD COLUMN package_cents BIGINT CHECK (package_cents >= 0);

CREATE TABLE intentions (
    id UUID PRIMARY KEY NOT NULL,
    appointment_id UUID NOT NULL UNIQUE REFERENCES appointments (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    matters TEXT NOT NULL,
    open_to TEXT NOT NULL,
    take_along TEXT NOT NULL,
    music TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX intentions_patient ON intentions (patient_id);

CREATE TABLE session_notes (
    id UUID PRIMARY KEY NOT NULL,
    appointment_id UUID NOT NULL REFERENCES appointments (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    author_id UUID NOT NULL REFERENCES staff (id),
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_notes_patient ON session_notes (patient_id, created_at);
CREATE INDEX session_notes_appointment ON session_notes (appointment_id);

-- A note stays as it was written; a correction is a new note.
CREATE FUNCTION session_notes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'session_notes_append_only';
END;
$$;
CREATE TRIGGER session_notes_no_update BEFORE UPDATE ON session_notes
    FOR EACH STATEMENT EXECUTE FUNCTION session_notes_append_only();

CREATE TABLE providers (
    id UUID PRIMARY KEY NOT NULL,
    patient_id UUID NOT NULL REFERENCES patients (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    address TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX providers_patient ON providers (patient_id);

CREATE TABLE provider_consents (
    id UUID PRIMARY KEY NOT NULL,
    provider_id UUID NOT NULL REFERENCES providers (id),
    scope TEXT NOT NULL CHECK (scope IN ('dates', 'dates_and_change')),
    given_on DATE NOT NULL,
    withdrawn_on DATE,
    recorded_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX provider_consents_provider ON provider_consents (provider_id, created_at);

CREATE TABLE letters (
    id UUID PRIMARY KEY NOT NULL,
    provider_id UUID NOT NULL REFERENCES providers (id),
    consent_id UUID NOT NULL REFERENCES provider_consents (id),
    body TEXT NOT NULL,
    tells_change BOOLEAN NOT NULL,
    written_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    sent_by TEXT
);
CREATE INDEX letters_provider ON letters (provider_id, created_at);

CREATE TABLE estimates (
    id UUID PRIMARY KEY NOT NULL,
    patient_id UUID NOT NULL REFERENCES patients (id),
    series_id UUID REFERENCES series (id),
    plan TEXT,
    lines JSONB NOT NULL,
    total_cents BIGINT NOT NULL CHECK (total_cents >= 0),
    currency TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ
);
CREATE INDEX estimates_patient ON estimates (patient_id, created_at);
