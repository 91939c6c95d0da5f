-- Drivers on the day: which ways they take on, what they say of themselves while they come, who told staff of an answer, and
-- addresses that turned out to be somebody else's.

ALTER TABLE drives ADD COLUMN legs TEXT NOT NULL DEFAULT 'both' CHECK (legs IN ('both', 'home'));
ALTER TABLE drives ADD COLUMN sign TEXT CHECK (sign IN ('on_the_way', 'waiting'));
ALTER TABLE drives ADD COLUMN sign_at TEXT;
ALTER TABLE drives ADD COLUMN said_by TEXT;
ALTER TABLE drivers ADD COLUMN address_wrong_at TEXT;
