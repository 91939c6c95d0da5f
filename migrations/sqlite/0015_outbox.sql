-- The brakes of mail and the outbox people see: holds, the worker's own state, every try, and indexes for the pages.

-- One queue serves the whole installation, so at most one hold stands.
CREATE TABLE mail_holds (
    id BLOB PRIMARY KEY NOT NULL,
    scope TEXT NOT NULL DEFAULT 'all' CHECK (scope = 'all'),
    reason TEXT NOT NULL CHECK (reason IN ('flood', 'restore', 'staff')),
    note TEXT NOT NULL DEFAULT '',
    waiting INTEGER NOT NULL,
    went_until TEXT,
    asleep_minutes INTEGER NOT NULL DEFAULT 0,
    held_at TEXT NOT NULL,
    held_by TEXT NOT NULL,
    released_at TEXT,
    released_by TEXT
) STRICT;
CREATE UNIQUE INDEX mail_holds_standing ON mail_holds (scope) WHERE released_at IS NULL;
CREATE INDEX mail_holds_released ON mail_holds (released_at);

-- generation rises with every batch that is claimed: a database that is behind the marker file beside it was restored.
CREATE TABLE mail_state (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    instance BLOB NOT NULL,
    generation INTEGER NOT NULL,
    claimed_at TEXT,
    last_tick_at TEXT,
    jumped_at TEXT,
    jump_minutes INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO mail_state (id, instance, generation) VALUES (1, randomblob(16), 0);

CREATE TABLE message_tries (
    message_id BLOB NOT NULL REFERENCES messages (id),
    claim INTEGER NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'put_off', 'refused', 'gave_up')),
    words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, claim)
) STRICT;
CREATE INDEX message_tries_at ON message_tries (at);

CREATE INDEX messages_sent ON messages (sent_at) WHERE sent_at IS NOT NULL;
DROP INDEX messages_status;
CREATE INDEX messages_status ON messages (site_id, status, due_at, id);
