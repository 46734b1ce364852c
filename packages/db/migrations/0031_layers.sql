-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0031_layers', '0.1.0');

-- Experiments that no unit is to be in together share a layer: each has ranges of its buckets for itself.
CREATE TABLE experiment.layer (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  -- The kind of context whose key is the unit.
  unit_kind text NOT NULL,
  -- 16 lower-case hex digits, shared by all splits in it.
  salt text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (environment_id, key)
);
SELECT platform.protect('experiment.layer');

-- What of a layer belongs to an experiment. Written under the lock of the layer's row, so that no two overlap.
CREATE TABLE experiment.layer_slice (
  experiment_id uuid PRIMARY KEY REFERENCES experiment.experiment (id),
  layer_id uuid NOT NULL REFERENCES experiment.layer (id),
  organisation_id uuid NOT NULL,
  -- [{ from, to }]: buckets, sorted, disjoint.
  ranges jsonb NOT NULL,
  allotted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX layer_slice_layer ON experiment.layer_slice (layer_id);
SELECT platform.protect('experiment.layer_slice');

-- Units that are kept out of all experiments, to measure what these do together.
CREATE TABLE experiment.holdout (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  -- Never used again, also when it has ended: flags may still name it.
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'running', 'ended')),
  unit_kind text NOT NULL,
  salt text NOT NULL,
  -- Of all units, in thousandths of a percent; fixed from the start on.
  share_milli_percent integer NOT NULL CHECK (share_milli_percent > 0 AND share_milli_percent < 100000),
  -- Flags whose experiments reach its units too.
  except_flag_keys text[] NOT NULL,
  metric_keys text[] NOT NULL,
  -- [{ key, version }]: by which definitions it is measured; empty before the start.
  metric_versions jsonb NOT NULL DEFAULT '[]',
  alpha double precision NOT NULL CHECK (alpha > 0.0001 AND alpha < 0.5),
  -- When it is to end by itself; null: when somebody ends it.
  ends_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (environment_id, key),
  CHECK ((state = 'draft') = (started_at IS NULL)),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE INDEX holdout_live ON experiment.holdout (organisation_id, id) WHERE state IN ('running', 'ended');
CREATE INDEX holdout_due ON experiment.holdout (ends_at) WHERE state = 'running';
SELECT platform.protect('experiment.holdout');

-- Before the tenant is known: the holdouts whose time is over. Whoever ends one looks again under its lock.
CREATE POLICY lookup_read ON experiment.holdout FOR SELECT TO stitchd_lookup USING (true);
GRANT SELECT (id, organisation_id, state, ends_at) ON experiment.holdout TO stitchd_lookup;
CREATE FUNCTION experiment.due_holdouts(most integer)
  RETURNS TABLE (holdout_id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT due.id, due.organisation_id FROM experiment.holdout AS due
    WHERE due.state = 'running' AND due.ends_at <= clock_timestamp()
    ORDER BY due.ends_at LIMIT most
  $$;
ALTER FUNCTION experiment.due_holdouts(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION experiment.due_holdouts(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION experiment.due_holdouts(integer) TO stitchd_app;
