-- Mail that came back: what mail servers report of a message after they took it, and addresses that mail does not get through to.

-- The hash is of what the report says, so that a report that is read twice, or delivered twice, is one row.
CREATE TABLE bounces (
    message_id BLOB NOT NULL REFERENCES messages (id),
    report_hash BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hard', 'soft', 'delayed')),
    recipient TEXT NOT NULL,
    status_code TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    PRIMARY KEY (message_id, report_hash)
) STRICT;
CREATE INDEX bounces_at ON bounces (at);

ALTER TABLE patients ADD COLUMN address_bounced TEXT;
ALTER TABLE patients ADD COLUMN address_bounced_at TEXT;
ALTER TABLE drivers ADD COLUMN address_bounced TEXT;
ALTER TABLE drivers ADD COLUMN address_bounced_at TEXT;
