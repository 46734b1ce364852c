-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0011_metrics', '0.1.0');

-- The owner sees no row of a tenant otherwise; nothing outside this transaction ever does.
ALTER TABLE event.metric NO FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.experiment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.iteration NO FORCE ROW LEVEL SECURITY;

-- What a metric measured and measures. Never changed, never deleted: experiments keep the version that they began with.
CREATE TABLE event.metric_version (
  metric_id uuid NOT NULL REFERENCES event.metric (id),
  -- Counts from 1.
  number integer NOT NULL,
  organisation_id uuid NOT NULL,
  -- The definition, complete, as core reads it.
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (metric_id, number)
);

INSERT INTO event.metric_version (metric_id, number, organisation_id, definition, created_at)
SELECT id, 1, organisation_id,
  jsonb_build_object(
    'type', CASE type WHEN 'mean' THEN 'sum' ELSE type END,
    'event', event_key,
    'direction', direction,
    'windowHours', window_hours,
    'delayHours', 0),
  created_at
FROM event.metric;
SELECT platform.protect('event.metric_version');

ALTER TABLE event.metric
  ADD COLUMN archived boolean NOT NULL DEFAULT false,
  -- The latest of its versions.
  ADD COLUMN definition_version integer NOT NULL DEFAULT 1,
  -- Of the latest definition, for lists: which events it counts.
  ADD COLUMN event_keys text[] NOT NULL DEFAULT '{}',
  DROP CONSTRAINT metric_type_check;
UPDATE event.metric SET event_keys = ARRAY[event_key], type = CASE type WHEN 'mean' THEN 'sum' ELSE type END;
ALTER TABLE event.metric
  ALTER COLUMN event_keys DROP DEFAULT,
  DROP COLUMN event_key,
  DROP COLUMN window_hours;

-- [{ key, version }]: which versions of its metrics the current iteration, and each iteration, is measured by; empty before the
-- first start. Whatever ran before there were versions ran with the first.
ALTER TABLE experiment.experiment ADD COLUMN metric_versions jsonb NOT NULL DEFAULT '[]';
ALTER TABLE experiment.iteration ADD COLUMN metric_versions jsonb NOT NULL DEFAULT '[]';
UPDATE experiment.experiment SET metric_versions = (
    SELECT jsonb_agg(jsonb_build_object('key', metric.key, 'version', 1) ORDER BY metric.place)
    FROM unnest(metric_keys) WITH ORDINALITY AS metric (key, place))
  WHERE iteration_id IS NOT NULL AND metric_keys <> '{}';
UPDATE experiment.iteration SET metric_versions = experiment.metric_versions
  FROM experiment.experiment WHERE experiment.id = iteration.experiment_id;

ALTER TABLE event.metric FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.experiment FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.iteration FORCE ROW LEVEL SECURITY;
