-- Intake: from the first call to a clinician's answer; what the patient wrote, field by field as typed; which links open which form.

CREATE TABLE intakes (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    patient_id UUID NOT NULL REFERENCES patients (id),
    state TEXT NOT NULL CHECK (state IN ('inquiry', 'packet_sent', 'started', 'returned', 'more_asked', 'offered', 'declined', 'closed')),
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'email')),
    source TEXT NOT NULL CHECK (source IN ('clinician', 'friend', 'web', 'other', 'not_known')),
    reason TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    sent_count BIGINT NOT NULL DEFAULT 0,
    sent_at TIMESTAMPTZ,
    returned_at TIMESTAMPTZ,
    offered_at TIMESTAMPTZ,
    reviewed_by TEXT,
    reviewed_at TIMESTAMPTZ,
    note TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    closed_why TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX intakes_one_open ON intakes (patient_id) WHERE state NOT IN ('declined', 'closed');
CREATE INDEX intakes_patient ON intakes (patient_id, created_at);
CREATE INDEX intakes_waiting ON intakes (site_id, since) WHERE state <> 'closed';

CREATE TABLE intake_answers (
    intake_id UUID NOT NULL REFERENCES intakes (id),
    section TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (intake_id, section, field)
);

-- A link opens the form it was sent for, and no other.
CREATE TABLE intake_links (
    link_id UUID PRIMARY KEY NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    intake_id UUID NOT NULL REFERENCES intakes (id)
);
