-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0049_failed_checks', '0.1.0');

-- The last comparison of units' rows with all items, where it did not end well: it found a difference that stayed, or was not finished.
-- Both null where it ended well, and before the first.
ALTER TABLE stats.derived_state
  ADD COLUMN check_failure text CHECK (check_failure IN ('differs', 'unchecked')),
  ADD COLUMN check_failed_at timestamptz,
  ADD CONSTRAINT derived_state_check_failed CHECK ((check_failure IS NULL) = (check_failed_at IS NULL));
