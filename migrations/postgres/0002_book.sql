-- The book: series, appointments, occupancy. The database itself refuses an overlap and a second treatment on a day.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE series (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    protocol_id UUID NOT NULL REFERENCES protocols (id),
    decision_id UUID NOT NULL REFERENCES decisions (id),
    status TEXT NOT NULL CHECK (status IN ('held', 'active', 'completed', 'cancelled')),
    visits BIGINT NOT NULL,
    hold_until TIMESTAMPTZ,
    total_cents BIGINT NOT NULL,
    currency TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX series_patient ON series (patient_id);
CREATE INDEX series_hold ON series (hold_until) WHERE status = 'held';

CREATE TABLE appointments (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    service_id UUID NOT NULL REFERENCES services (id),
    series_id UUID REFERENCES series (id),
    role TEXT CHECK (role IN ('before', 'main', 'after_each', 'after_last')),
    role_index BIGINT,
    category TEXT NOT NULL CHECK (category IN ('consultation', 'treatment', 'coaching', 'preparation', 'review')),
    name TEXT NOT NULL,
    public_name TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL CHECK (ends_at > starts_at),
    phases JSONB NOT NULL,
    assigned JSONB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('held', 'booked', 'arrived', 'in_progress', 'recovering', 'fulfilled', 'cancelled', 'noshow')),
    version BIGINT NOT NULL DEFAULT 1,
    ical_uid TEXT NOT NULL UNIQUE,
    price_cents BIGINT NOT NULL,
    treatment_day DATE,
    confirmed_at TIMESTAMPTZ,
    arrived_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ,
    recovery_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    coach_check_in_by TEXT,
    coach_check_in_waived TEXT,
    escort TEXT,
    override_reason TEXT,
    cancelled_at TIMESTAMPTZ,
    cancelled_by TEXT,
    cancel_reason TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX appointments_start ON appointments (site_id, starts_at);
CREATE INDEX appointments_patient ON appointments (patient_id, starts_at);
CREATE INDEX appointments_series ON appointments (series_id);
CREATE UNIQUE INDEX appointments_one_treatment_a_day ON appointments (patient_id, treatment_day)
    WHERE treatment_day IS NOT NULL;

CREATE TABLE occupancy (
    appointment_id UUID NOT NULL REFERENCES appointments (id),
    holder UUID NOT NULL,
    kind TEXT NOT NULL,
    phase TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL CHECK (ends_at > starts_at)
);
CREATE INDEX occupancy_holder_end ON occupancy (holder, ends_at);
CREATE INDEX occupancy_appointment ON occupancy (appointment_id);

ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap
    EXCLUDE USING gist (holder WITH =, tstzrange(starts_at, ends_at) WITH &&);

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);
