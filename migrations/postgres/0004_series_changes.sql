-- Changes of a running course: when it was put on pause, and before which treatments a longer gap was agreed.

ALTER TABLE series ADD COLUMN paused_at TIMESTAMPTZ;
ALTER TABLE series ADD COLUMN breaks JSONB NOT NULL DEFAULT '[]';
