-- The book: series, appointments, occupancy. The database itself refuses an overlap and a second treatment on a day.

CREATE TABLE series (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    protocol_id BLOB NOT NULL REFERENCES protocols (id),
    decision_id BLOB NOT NULL REFERENCES decisions (id),
    status TEXT NOT NULL CHECK (status IN ('held', 'active', 'completed', 'cancelled')),
    visits INTEGER NOT NULL,
    hold_until TEXT,
    total_cents INTEGER NOT NULL,
    currency TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX series_patient ON series (patient_id);
CREATE INDEX series_hold ON series (hold_until) WHERE status = 'held';

CREATE TABLE appointments (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    patient_id BLOB NOT NULL REFERENCES patients (id),
    service_id BLOB NOT NULL REFERENCES services (id),
    series_id BLOB REFERENCES series (id),
    role TEXT CHECK (role IN ('before', 'main', 'after_each', 'after_last')),
    role_index INTEGER,
    category TEXT NOT NULL CHECK (category IN ('consultation', 'treatment', 'coaching', 'preparation', 'review')),
    name TEXT NOT NULL,
    public_name TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL CHECK (ends_at > starts_at),
    phases TEXT NOT NULL,
    assigned TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('held', 'booked', 'arrived', 'in_progress', 'recovering', 'fulfilled', 'cancelled', 'noshow')),
    version INTEGER NOT NULL DEFAULT 1,
    ical_uid TEXT NOT NULL UNIQUE,
    price_cents INTEGER NOT NULL,
    treatment_day TEXT,
    confirmed_at TEXT,
    arrived_at TEXT,
    started_at TEXT,
    recovery_at TEXT,
    ended_at TEXT,
    coach_check_in_by TEXT,
    coach_check_in_waived TEXT,
    escort TEXT,
    override_reason TEXT,
    cancelled_at TEXT,
    cancelled_by TEXT,
    cancel_reason TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX appointments_start ON appointments (site_id, starts_at);
CREATE INDEX appointments_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_series ON appointments (series_id);
CREATE UNIQUE INDEX appointments_one_treatment_a_day ON appointments (patient_id, treatment_day)
    WHERE treatment_day IS NOT NULL;

CREATE TABLE occupancy (
    appointment_id BLOB NOT NULL REFERENCES appointments (id),
    holder BLOB NOT NULL,
    kind TEXT NOT NULL,
    phase TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX occupancy_holder_end ON occupancy (holder, ends_at);
CREATE INDEX occupancy_appointment ON occupancy (appointment_id);

-- The unary plus keeps the search on (holder, ends_at): only what lies ahead of the new row is looked at, never the history.
CREATE TRIGGER occupancy_no_overlap_insert BEFORE INSERT ON occupancy
WHEN EXISTS (
    SELECT 1 FROM occupancy o
    WHERE o.holder = NEW.holder AND o.ends_at > NEW.starts_at AND +o.starts_at < NEW.ends_at
)
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;

CREATE TRIGGER occupancy_no_overlap_update BEFORE UPDATE ON occupancy
WHEN EXISTS (
    SELECT 1 FROM occupancy o
    WHERE o.holder = NEW.holder AND o.ends_at > NEW.starts_at AND +o.starts_at < NEW.ends_at AND o.rowid <> OLD.rowid
)
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);
