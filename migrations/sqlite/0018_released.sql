-- When somebody let a message go that was held, failed or had gone: the brake on a flood does not count what a person released.
ALTER TABLE messages ADD COLUMN released_at TEXT;
