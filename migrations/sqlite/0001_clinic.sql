-- The clinic and its people: sites, staff, sessions, resources with hours and absences, services, protocols, patients.
-- Instants are RFC 3339 text in UTC, written by one encoder only (the program's), so that text order is time order.

CREATE TABLE sites (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    currency TEXT NOT NULL,
    booking_revision INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE staff (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    email TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY NOT NULL,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Wrong passwords in a row by what was typed and from where, whether the account exists or not: the answer must not tell.
CREATE TABLE sign_in_tries (
    key BLOB PRIMARY KEY NOT NULL,
    tries INTEGER NOT NULL,
    locked_until TEXT,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE resources (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    staff_id BLOB REFERENCES staff (id),
    name TEXT NOT NULL,
    serves TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX resources_site ON resources (site_id);

CREATE TABLE weekly_hours (
    id BLOB PRIMARY KEY NOT NULL,
    resource_id BLOB NOT NULL REFERENCES resources (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    from_minute INTEGER NOT NULL CHECK (from_minute >= 0),
    to_minute INTEGER NOT NULL CHECK (to_minute > from_minute AND to_minute <= 1440)
) STRICT;
CREATE INDEX weekly_hours_resource ON weekly_hours (resource_id);

CREATE TABLE absences (
    id BLOB PRIMARY KEY NOT NULL,
    resource_id BLOB NOT NULL REFERENCES resources (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL CHECK (ends_at > starts_at),
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX absences_resource ON absences (resource_id, starts_at);

CREATE TABLE services (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    public_name TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('consultation', 'treatment', 'coaching', 'preparation', 'review')),
    phases TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    active INTEGER NOT NULL DEFAULT 1,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE protocols (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    programme TEXT NOT NULL,
    service_id BLOB NOT NULL REFERENCES services (id),
    visits INTEGER NOT NULL,
    visits_min INTEGER NOT NULL CHECK (visits_min >= 1),
    visits_max INTEGER NOT NULL CHECK (visits_max >= visits_min),
    gap TEXT NOT NULL,
    before_each_course TEXT,
    after_each TEXT,
    after_last TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE patients (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    full_name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    name_to_use TEXT,
    birth_date TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    contact TEXT NOT NULL CHECK (contact IN ('email', 'phone')),
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX patients_birth ON patients (site_id, birth_date);
CREATE INDEX patients_sort ON patients (site_id, sort_name);

CREATE TABLE decisions (
    id BLOB PRIMARY KEY NOT NULL,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('suitable', 'not_suitable', 'deferred')),
    protocol_id BLOB REFERENCES protocols (id),
    planned_visits INTEGER,
    expires_on TEXT,
    decided_by BLOB NOT NULL REFERENCES staff (id),
    decided_at TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX decisions_patient ON decisions (patient_id, decided_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
