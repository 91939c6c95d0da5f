-- Outside providers who are not written to any more; their letters and consents stay.

ALTER TABLE providers ADD COLUMN retired_at TIMESTAMPTZ;
