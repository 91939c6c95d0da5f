-- Which messages a patient wants, the one-click links in mail, the clinic's own words in messages, and samples staff send themselves.

CREATE TABLE message_preferences (
    patient_id BLOB NOT NULL REFERENCES patients (id),
    topic TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('patient', 'one_click', 'staff')),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (patient_id, topic)
) STRICT;

-- One for each message that can be switched off; the token can stop its own topic for its own patient and nothing else.
CREATE TABLE unsubscribe_links (
    token_hash BLOB PRIMARY KEY NOT NULL,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    topic TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX unsubscribe_links_expiry ON unsubscribe_links (expires_at);

CREATE TABLE wordings (
    site_id BLOB NOT NULL REFERENCES sites (id),
    stage TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('subject', 'opening', 'closing')),
    text TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (site_id, stage, part)
) STRICT;

CREATE TABLE sample_mails (
    id BLOB PRIMARY KEY NOT NULL,
    site_id BLOB NOT NULL REFERENCES sites (id),
    staff_id BLOB NOT NULL REFERENCES staff (id),
    stage TEXT NOT NULL,
    to_address TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
    claimed_until TEXT NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    sent_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX sample_mails_due ON sample_mails (claimed_until) WHERE status = 'pending';
CREATE INDEX sample_mails_staff ON sample_mails (staff_id, created_at);
