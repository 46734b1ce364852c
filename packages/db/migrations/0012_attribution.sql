-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0012_attribution', '0.1.0');

-- How far the event store's rows of an iteration's units have come. Without a row they are made anew from all items.
CREATE TABLE stats.derived_state (
  iteration_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  -- The hash of all that decides what is in the rows, an unsigned number of 64 bits.
  plan text NOT NULL,
  -- Items that were stored until then are in the rows.
  derived_until timestamptz(3) NOT NULL,
  -- When the rows were last made from all items, or seen to agree with them.
  checked_at timestamptz(3) NOT NULL,
  -- What metrics with a cap by quantile are capped at, once there were enough units to say.
  caps jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX derived_state_experiment ON stats.derived_state (experiment_id);
SELECT platform.protect('stats.derived_state');
