-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0046_exposures_by_delivery', '0.1.0');

-- What exposes: 'read', or 'delivery' too, as when all flags are answered at once. And when that was changed, the latest last: results
-- of experiments that ran meanwhile have to say so.
ALTER TABLE event.environment_settings
  ADD COLUMN exposures_on text NOT NULL DEFAULT 'read' CHECK (exposures_on IN ('read', 'delivery')),
  ADD COLUMN exposures_on_changed_at timestamptz[] NOT NULL DEFAULT '{}';
