-- Drivers, links, the ledger of messages, the worklist and the audit log.

CREATE TABLE drivers (
    id BLOB PRIMARY KEY NOT NULL,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    full_name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX drivers_patient ON drivers (patient_id);

CREATE TABLE drives (
    id BLOB PRIMARY KEY NOT NULL,
    appointment_id BLOB NOT NULL REFERENCES appointments (id),
    driver_id BLOB NOT NULL REFERENCES drivers (id),
    status TEXT NOT NULL CHECK (status IN ('asked', 'confirmed', 'declined', 'replaced')),
    appointment_version INTEGER NOT NULL,
    asked_at TEXT NOT NULL,
    answered_at TEXT,
    answered_by TEXT
) STRICT;
CREATE UNIQUE INDEX drives_one_current ON drives (appointment_id) WHERE status IN ('asked', 'confirmed');
CREATE INDEX drives_driver ON drives (driver_id);

CREATE TABLE links (
    id BLOB PRIMARY KEY NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('patient', 'driver')),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    series_id BLOB REFERENCES series (id),
    appointment_id BLOB REFERENCES appointments (id),
    appointment_version INTEGER,
    driver_id BLOB REFERENCES drivers (id),
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX links_driver ON links (driver_id);
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE messages (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    unique_key TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    lead_minutes INTEGER NOT NULL DEFAULT 0,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    series_id BLOB REFERENCES series (id),
    appointment_id BLOB REFERENCES appointments (id),
    version INTEGER NOT NULL,
    driver_id BLOB REFERENCES drivers (id),
    details TEXT NOT NULL,
    due_at TEXT NOT NULL,
    useful_until TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'held', 'superseded', 'not_needed', 'expired')),
    claimed_until TEXT NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    maybe_twice INTEGER NOT NULL DEFAULT 0,
    in_flight INTEGER NOT NULL DEFAULT 0,
    message_id TEXT NOT NULL,
    sent_at TEXT,
    sent_to TEXT,
    subject TEXT,
    body_text TEXT,
    body_html TEXT,
    calendar TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_due ON messages (due_at) WHERE status = 'pending';
CREATE INDEX messages_appointment ON messages (appointment_id);
CREATE INDEX messages_driver ON messages (driver_id) WHERE driver_id IS NOT NULL;
CREATE INDEX messages_series ON messages (series_id);
CREATE INDEX messages_patient ON messages (patient_id, due_at);
CREATE INDEX messages_status ON messages (site_id, status, due_at);

CREATE TABLE work_items (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    kind TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    patient_id BLOB REFERENCES patients (id),
    appointment_id BLOB REFERENCES appointments (id),
    message_id BLOB REFERENCES messages (id),
    note TEXT NOT NULL DEFAULT '',
    due_at TEXT NOT NULL,
    snoozed_until TEXT,
    snooze_reason TEXT,
    done_at TEXT,
    done_by TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX work_items_open ON work_items (dedupe_key) WHERE done_at IS NULL;
CREATE INDEX work_items_due ON work_items (site_id, due_at) WHERE done_at IS NULL;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    actor_id BLOB,
    action TEXT NOT NULL,
    patient_id BLOB,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    before_change TEXT,
    after_change TEXT,
    request_id TEXT,
    origin TEXT,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_patient ON audit (patient_id, number);
CREATE INDEX audit_entity ON audit (entity_id, number);

CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, number, hash) VALUES (1, 0, zeroblob(32));

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit_append_only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit_append_only');
END;
