-- The brakes of mail and the outbox people see: holds, the worker's own state, every try, and indexes for the pages.

-- One queue serves the whole installation, so at most one hold stands.
CREATE TABLE mail_holds (
    id UUID PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL DEFAULT 'all' CHECK (scope = 'all'),
    reason TEXT NOT NULL CHECK (reason IN ('flood', 'restore', 'staff')),
    note TEXT NOT NULL DEFAULT '',
    waiting BIGINT NOT NULL,
    went_until TIMESTAMPTZ,
    asleep_minutes BIGINT NOT NULL DEFAULT 0,
    held_at TIMESTAMPTZ NOT NULL,
    held_by TEXT NOT NULL,
    released_at TIMESTAMPTZ,
    released_by TEXT
);
CREATE UNIQUE INDEX mail_holds_standing ON mail_holds (scope) WHERE released_at IS NULL;
CREATE INDEX mail_holds_released ON mail_holds (released_at);

-- generation rises with every batch that is claimed: a database that is behind the marker file beside it was restored.
CREATE TABLE mail_state (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    instance UUID NOT NULL,
    generation BIGINT NOT NULL,
    claimed_at TIMESTAMPTZ,
    last_tick_at TIMESTAMPTZ,
    jumped_at TIMESTAMPTZ,
    jump_minutes BIGINT NOT NULL DEFAULT 0
);
INSERT INTO mail_state (id, instance, generation) VALUES (1, gen_random_uuid(), 0);

CREATE TABLE message_tries (
    message_id UUID NOT NULL REFERENCES messages (id),
    claim BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'put_off', 'refused', 'gave_up')),
    words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, claim)
);
CREATE INDEX message_tries_at ON message_tries (at);

CREATE INDEX messages_sent ON messages (sent_at) WHERE sent_at IS NOT NULL;
DROP INDEX messages_status;
CREATE INDEX messages_status ON messages (site_id, status, due_at, id);
