-- Programmes as data: who stays with a patient and where a visit takes place; what a decision asks for and what the patient is told.

ALTER TABLE services ADD COLUMN companion TEXT NOT NULL DEFAULT 'driver' CHECK (companion IN ('driver', 'sitter'));
ALTER TABLE services ADD COLUMN venue TEXT NOT NULL DEFAULT 'clinic' CHECK (venue IN ('clinic', 'home', 'phone'));
ALTER TABLE appointments ADD COLUMN companion TEXT NOT NULL DEFAULT 'driver' CHECK (companion IN ('driver', 'sitter'));
ALTER TABLE appointments ADD COLUMN venue TEXT NOT NULL DEFAULT 'clinic' CHECK (venue IN ('clinic', 'home', 'phone'));
ALTER TABLE decisions ADD COLUMN conditions TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN told TEXT NOT NULL DEFAULT '';
CREATE INDEX decisions_due ON decisions (outcome, expires_on);
CREATE INDEX work_items_patient ON work_items (patient_id, kind);
