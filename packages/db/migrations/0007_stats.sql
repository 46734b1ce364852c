-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0007_stats', '0.1.0');

-- Computations of results, waiting, running and done.
CREATE TABLE stats.stats_jobs (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  cause text NOT NULL CHECK (cause IN ('on-demand', 'scheduled')),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  -- Not to be claimed before: now for a new job, the end of the lease or of the pause for a running one.
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Whose lease it is; a worker that lost its lease writes nothing.
  lease_token uuid,
  -- { from, to, dataUntil }, written before the first attempt asks the event store and kept for the further ones.
  bounds jsonb,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
-- One waits at most, and one runs at most, for each experiment: results come in the order of their data.
CREATE UNIQUE INDEX stats_jobs_waiting ON stats.stats_jobs (experiment_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX stats_jobs_running ON stats.stats_jobs (experiment_id) WHERE state = 'running';
CREATE INDEX stats_jobs_due ON stats.stats_jobs (due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX stats_jobs_newest ON stats.stats_jobs (experiment_id, id DESC);
SELECT platform.protect('stats.stats_jobs');

-- When each organisation's running experiments are due.
CREATE TABLE stats.stats_schedule (
  organisation_id uuid PRIMARY KEY,
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Whoever enqueues for it holds this lease.
  leased_until timestamptz NOT NULL DEFAULT now()
);
SELECT platform.protect('stats.stats_schedule');

-- Every result that was good. A job has one at most, however often it was attempted.
CREATE TABLE stats.result (
  job_id uuid PRIMARY KEY REFERENCES stats.stats_jobs (id),
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  iteration_id uuid NOT NULL,
  computed_at timestamptz NOT NULL,
  results jsonb NOT NULL
);
CREATE INDEX result_newest ON stats.result (experiment_id, job_id DESC);
SELECT platform.protect('stats.result');

-- Before the tenant is known: takes the lease on the job that is due for the longest time.
CREATE POLICY lookup_read ON stats.stats_jobs FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_lease ON stats.stats_jobs FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT (id, organisation_id, experiment_id, state, due_at, attempts, started_at),
  UPDATE (state, attempts, due_at, lease_token, started_at) ON stats.stats_jobs TO stitchd_lookup;
CREATE FUNCTION stats.claim_job(lease_ms integer, token uuid)
  RETURNS TABLE (job_id uuid, organisation_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    UPDATE stats.stats_jobs AS claimed
    SET state = 'running',
      attempts = claimed.attempts + 1,
      lease_token = token,
      due_at = clock_timestamp() + make_interval(secs => lease_ms / 1000.0),
      started_at = coalesce(claimed.started_at, clock_timestamp())
    WHERE claimed.id = (
      SELECT due.id FROM stats.stats_jobs AS due
      WHERE due.due_at <= clock_timestamp()
        AND (due.state = 'running' OR due.state = 'waiting' AND NOT EXISTS (
          SELECT FROM stats.stats_jobs AS other WHERE other.experiment_id = due.experiment_id AND other.state = 'running'))
      ORDER BY due.due_at LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.id, claimed.organisation_id
  $$;
ALTER FUNCTION stats.claim_job(integer, uuid) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION stats.claim_job(integer, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.claim_job(integer, uuid) TO stitchd_app;

-- Before the tenant is known: takes the lease on an organisation that is due, having met those that are new.
CREATE POLICY lookup_read ON stats.stats_schedule FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_add ON stats.stats_schedule FOR INSERT TO stitchd_lookup WITH CHECK (true);
CREATE POLICY lookup_lease ON stats.stats_schedule FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT (organisation_id), UPDATE (leased_until) ON stats.stats_schedule TO stitchd_lookup;
CREATE FUNCTION stats.claim_schedule(lease_ms integer)
  RETURNS TABLE (organisation_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    INSERT INTO stats.stats_schedule (organisation_id)
    SELECT DISTINCT known.organisation_id FROM platform.environment_revision AS known
    WHERE NOT EXISTS (SELECT FROM stats.stats_schedule AS met WHERE met.organisation_id = known.organisation_id)
    ON CONFLICT DO NOTHING;
    UPDATE stats.stats_schedule AS claimed
    SET leased_until = clock_timestamp() + make_interval(secs => lease_ms / 1000.0)
    WHERE claimed.organisation_id = (
      SELECT due.organisation_id FROM stats.stats_schedule AS due
      WHERE due.due_at <= clock_timestamp() AND due.leased_until <= clock_timestamp()
      ORDER BY due.due_at LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.organisation_id
  $$;
ALTER FUNCTION stats.claim_schedule(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION stats.claim_schedule(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.claim_schedule(integer) TO stitchd_app;
