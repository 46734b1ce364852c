-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0006_experiment', '0.1.0');

CREATE TABLE experiment.experiment (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  hypothesis text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'starting', 'running', 'stopping', 'stopped')),
  flag_key text NOT NULL,
  -- Empty: the default serve's split.
  rule_id text NOT NULL,
  assignment text NOT NULL CHECK (assignment IN ('split', 'recorded')),
  baseline_variant text NOT NULL,
  -- [{ variant, expectedMilliPercent }]: given for recorded assignment, taken from the split at each start otherwise.
  arms jsonb NOT NULL,
  -- The first is the primary one.
  metric_keys text[] NOT NULL,
  unit_kind text NOT NULL,
  alpha double precision NOT NULL CHECK (alpha > 0.0001 AND alpha < 0.5),
  -- For recorded assignment: exposures count in [period_from, period_to).
  period_from timestamptz,
  period_to timestamptz,
  iteration_id uuid,
  iteration_number integer NOT NULL DEFAULT 0,
  started_at timestamptz,
  stopped_at timestamptz,
  -- { code, detail } of a start that was refused.
  start_problem jsonb,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (environment_id, key),
  CHECK ((state IN ('draft', 'starting')) = (started_at IS NULL)),
  CHECK ((state = 'stopped') = (stopped_at IS NOT NULL))
);
CREATE INDEX experiment_live ON experiment.experiment (organisation_id, id) WHERE state IN ('running', 'stopped');
SELECT platform.protect('experiment.experiment');

-- One run of an experiment on a split; exposures carry its id.
CREATE TABLE experiment.iteration (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  experiment_id uuid NOT NULL REFERENCES experiment.experiment (id),
  number integer NOT NULL,
  -- Empty for recorded assignment.
  split_id text NOT NULL,
  salt text NOT NULL,
  started_at timestamptz NOT NULL,
  stopped_at timestamptz,
  UNIQUE (experiment_id, number)
);
SELECT platform.protect('experiment.iteration');

-- A stretch of an iteration in which the arms' shares were constant.
CREATE TABLE experiment.period (
  iteration_id uuid NOT NULL REFERENCES experiment.iteration (id),
  number integer NOT NULL,
  organisation_id uuid NOT NULL,
  -- Exposures in [from_at, to_at) belong to it; to_at absent: until now.
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  arms jsonb NOT NULL,
  PRIMARY KEY (iteration_id, number)
);
SELECT platform.protect('experiment.period');

-- Starts and stops that are half done: a row goes with the transaction that finishes or undoes one.
CREATE TABLE experiment.saga (
  experiment_id uuid PRIMARY KEY REFERENCES experiment.experiment (id),
  organisation_id uuid NOT NULL,
  -- Made before flag-service is asked, so that asking again is the same request.
  iteration_id uuid NOT NULL,
  -- Who asked for it, for the audit log: { kind, id, name }.
  actor jsonb NOT NULL,
  request_id text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- Whoever claims it moves this on by a lease; nobody else takes it before.
  due_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX saga_due ON experiment.saga (due_at);
SELECT platform.protect('experiment.saga');

-- Before the tenant is known: takes the lease on one half-done start or stop.
CREATE POLICY lookup_read ON experiment.saga FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_lease ON experiment.saga FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT (experiment_id, organisation_id, due_at), UPDATE (due_at) ON experiment.saga TO stitchd_lookup;
CREATE FUNCTION experiment.claim_saga(lease_ms integer)
  RETURNS TABLE (experiment_id uuid, organisation_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    UPDATE experiment.saga AS claimed
    SET due_at = clock_timestamp() + make_interval(secs => lease_ms / 1000.0)
    WHERE claimed.experiment_id = (
      SELECT due.experiment_id FROM experiment.saga AS due
      WHERE due.due_at <= clock_timestamp()
      ORDER BY due.due_at LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.experiment_id, claimed.organisation_id
  $$;
ALTER FUNCTION experiment.claim_saga(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION experiment.claim_saga(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION experiment.claim_saga(integer) TO stitchd_app;
