-- The clinic and its people: sites, staff, sessions, resources with hours and absences, services, protocols, patients.

CREATE TABLE sites (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    currency TEXT NOT NULL,
    booking_revision BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE staff (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    email TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sessions (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    staff_id UUID NOT NULL REFERENCES staff (id),
    csrf TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_staff ON sessions (staff_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Wrong passwords in a row by what was typed and from where, whether the account exists or not: the answer must not tell.
CREATE TABLE sign_in_tries (
    key BYTEA PRIMARY KEY NOT NULL,
    tries BIGINT NOT NULL,
    locked_until TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE resources (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    staff_id UUID REFERENCES staff (id),
    name TEXT NOT NULL,
    serves JSONB NOT NULL,
    position BIGINT NOT NULL DEFAULT 0,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX resources_site ON resources (site_id);

CREATE TABLE weekly_hours (
    id UUID PRIMARY KEY NOT NULL,
    resource_id UUID NOT NULL REFERENCES resources (id),
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    from_minute BIGINT NOT NULL CHECK (from_minute >= 0),
    to_minute BIGINT NOT NULL CHECK (to_minute > from_minute AND to_minute <= 1440)
);
CREATE INDEX weekly_hours_resource ON weekly_hours (resource_id);

CREATE TABLE absences (
    id UUID PRIMARY KEY NOT NULL,
    resource_id UUID NOT NULL REFERENCES resources (id),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL CHECK (ends_at > starts_at),
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX absences_resource ON absences (resource_id, starts_at);

CREATE TABLE services (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    public_name TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('consultation', 'treatment', 'coaching', 'preparation', 'review')),
    phases JSONB NOT NULL,
    price_cents BIGINT NOT NULL CHECK (price_cents >= 0),
    active BOOLEAN NOT NULL DEFAULT TRUE,
    position BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE protocols (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    programme TEXT NOT NULL,
    service_id UUID NOT NULL REFERENCES services (id),
    visits BIGINT NOT NULL,
    visits_min BIGINT NOT NULL CHECK (visits_min >= 1),
    visits_max BIGINT NOT NULL CHECK (visits_max >= visits_min),
    gap JSONB NOT NULL,
    before_each_course JSONB,
    after_each JSONB,
    after_last JSONB,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    position BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE patients (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    full_name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    name_to_use TEXT,
    birth_date DATE NOT NULL,
    email TEXT,
    phone TEXT,
    contact TEXT NOT NULL CHECK (contact IN ('email', 'phone')),
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX patients_birth ON patients (site_id, birth_date);
CREATE INDEX patients_sort ON patients (site_id, sort_name);

CREATE TABLE decisions (
    id UUID PRIMARY KEY NOT NULL,
    patient_id UUID NOT NULL REFERENCES patients (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('suitable', 'not_suitable', 'deferred')),
    protocol_id UUID REFERENCES protocols (id),
    planned_visits BIGINT,
    expires_on DATE,
    decided_by UUID NOT NULL REFERENCES staff (id),
    decided_at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX decisions_patient ON decisions (patient_id, decided_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
