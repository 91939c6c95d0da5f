-- Rules of messages: which message goes when relative to a visit, in which hours, until when it is of use, on what condition.

CREATE TABLE message_rules (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    stage TEXT NOT NULL,
    category TEXT,
    service_id UUID REFERENCES services (id),
    role TEXT,
    anchor TEXT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes >= 0),
    useful_minutes BIGINT NOT NULL CHECK (useful_minutes >= 0),
    allowed_from BIGINT CHECK (allowed_from >= 0),
    allowed_to BIGINT CHECK (allowed_to <= 1440),
    only_if TEXT NOT NULL,
    essential BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    as_seeded BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK ((allowed_from IS NULL) = (allowed_to IS NULL)),
    CHECK (allowed_from < allowed_to),
    CHECK (active OR NOT essential)
);
CREATE INDEX message_rules_site ON message_rules (site_id, stage);

ALTER TABLE messages ADD COLUMN rule_id UUID REFERENCES message_rules (id);
CREATE INDEX messages_rule ON messages (rule_id, status) WHERE rule_id IS NOT NULL;
