-- Links that explain themselves: the time each told of, those the wrong person gave back, and addresses of patients that turned out to be
-- somebody else's.

ALTER TABLE links ADD COLUMN visit_starts_at TIMESTAMPTZ;
ALTER TABLE links ADD COLUMN revoked_at TIMESTAMPTZ;
CREATE INDEX links_patient ON links (patient_id);
ALTER TABLE patients ADD COLUMN address_wrong_at TIMESTAMPTZ;
