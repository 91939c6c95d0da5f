-- Calendar feeds: addresses a calendar program reads by itself. One in use for each patient, member of staff and room; only the hash of its
-- token is kept. An appointment's last change of any kind tells a program which of two states is the newer.

ALTER TABLE appointments ADD COLUMN changed_at TEXT;
CREATE INDEX appointments_cancelled ON appointments (site_id, cancelled_at) WHERE status = 'cancelled';

CREATE TABLE feeds (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    token_hash BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('patient', 'staff', 'room')),
    patient_id BLOB REFERENCES patients (id),
    resource_id BLOB REFERENCES resources (id),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    CHECK ((kind = 'patient') = (patient_id IS NOT NULL) AND (kind = 'patient') = (resource_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX feeds_one_patient ON feeds (patient_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX feeds_one_resource ON feeds (resource_id) WHERE revoked_at IS NULL;
CREATE INDEX feeds_in_use ON feeds (site_id, created_at) WHERE revoked_at IS NULL;
