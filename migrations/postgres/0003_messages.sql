-- Drivers, links, the ledger of messages, the worklist and the audit log.

CREATE TABLE drivers (
    id UUID PRIMARY KEY NOT NULL,
    patient_id UUID NOT NULL REFERENCES patients (id),
    full_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX drivers_patient ON drivers (patient_id);

CREATE TABLE drives (
    id UUID PRIMARY KEY NOT NULL,
    appointment_id UUID NOT NULL REFERENCES appointments (id),
    driver_id UUID NOT NULL REFERENCES drivers (id),
    status TEXT NOT NULL CHECK (status IN ('asked', 'confirmed', 'declined', 'replaced')),
    appointment_version BIGINT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    answered_at TIMESTAMPTZ,
    answered_by TEXT
);
CREATE UNIQUE INDEX drives_one_current ON drives (appointment_id) WHERE status IN ('asked', 'confirmed');
CREATE INDEX drives_driver ON drives (driver_id);

CREATE TABLE links (
    id UUID PRIMARY KEY NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('patient', 'driver')),
    patient_id UUID NOT NULL REFERENCES patients (id),
    series_id UUID REFERENCES series (id),
    appointment_id UUID REFERENCES appointments (id),
    appointment_version BIGINT,
    driver_id UUID REFERENCES drivers (id),
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX links_driver ON links (driver_id);
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE messages (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    unique_key TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    lead_minutes BIGINT NOT NULL DEFAULT 0,
    patient_id UUID NOT NULL REFERENCES patients (id),
    series_id UUID REFERENCES series (id),
    appointment_id UUID REFERENCES appointments (id),
    version BIGINT NOT NULL,
    driver_id UUID REFERENCES drivers (id),
    details JSONB NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    useful_until TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'held', 'superseded', 'not_needed', 'expired')),
    claimed_until TIMESTAMPTZ NOT NULL,
    claims BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    maybe_twice BOOLEAN NOT NULL DEFAULT FALSE,
    in_flight BOOLEAN NOT NULL DEFAULT FALSE,
    message_id TEXT NOT NULL,
    sent_at TIMESTAMPTZ,
    sent_to TEXT,
    subject TEXT,
    body_text TEXT,
    body_html TEXT,
    calendar TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX messages_due ON messages (due_at) WHERE status = 'pending';
CREATE INDEX messages_appointment ON messages (appointment_id);
CREATE INDEX messages_driver ON messages (driver_id) WHERE driver_id IS NOT NULL;
CREATE INDEX messages_series ON messages (series_id);
CREATE INDEX messages_patient ON messages (patient_id, due_at);
CREATE INDEX messages_status ON messages (site_id, status, due_at);

CREATE TABLE work_items (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    kind TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    patient_id UUID REFERENCES patients (id),
    appointment_id UUID REFERENCES appointments (id),
    message_id UUID REFERENCES messages (id),
    note TEXT NOT NULL DEFAULT '',
    due_at TIMESTAMPTZ NOT NULL,
    snoozed_until TIMESTAMPTZ,
    snooze_reason TEXT,
    done_at TIMESTAMPTZ,
    done_by TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX work_items_open ON work_items (dedupe_key) WHERE done_at IS NULL;
CREATE INDEX work_items_due ON work_items (site_id, due_at) WHERE done_at IS NULL;

CREATE TABLE audit (
    number BIGINT PRIMARY KEY NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    actor_id UUID,
    action TEXT NOT NULL,
    patient_id UUID,
    entity TEXT NOT NULL,
    entity_id UUID NOT NULL,
    before_change JSONB,
    after_change JSONB,
    request_id TEXT,
    origin TEXT,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX audit_patient ON audit (patient_id, number);
CREATE INDEX audit_entity ON audit (entity_id, number);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
INSERT INTO audit_head (id, number, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_append_only';
END;
$$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
