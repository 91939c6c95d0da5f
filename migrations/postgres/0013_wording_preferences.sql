-- Which messages a patient wants, the one-click links in mail, the clinic's own words in messages, and samples staff send themselves.

CREATE TABLE message_preferences (
    patient_id UUID NOT NULL REFERENCES patients (id),
    topic TEXT NOT NULL,
    wanted BOOLEAN NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('patient', 'one_click', 'staff')),
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (patient_id, topic)
);

-- One for each message that can be switched off; the token can stop its own topic for its own patient and nothing else.
CREATE TABLE unsubscribe_links (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    patient_id UUID NOT NULL REFERENCES patients (id),
    topic TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX unsubscribe_links_expiry ON unsubscribe_links (expires_at);

CREATE TABLE wordings (
    site_id UUID NOT NULL REFERENCES sites (id),
    stage TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('subject', 'opening', 'closing')),
    text TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (site_id, stage, part)
);

CREATE TABLE sample_mails (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    stage TEXT NOT NULL,
    to_address TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
    claimed_until TIMESTAMPTZ NOT NULL,
    claims BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    sent_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sample_mails_due ON sample_mails (claimed_until) WHERE status = 'pending';
CREATE INDEX sample_mails_staff ON sample_mails (staff_id, created_at);
