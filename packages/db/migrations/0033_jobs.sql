-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0033_jobs', '0.1.0');

-- What a job computes, whom it is for, how far it has come, and whether somebody wants it to end.
ALTER TABLE stats.stats_jobs
  ADD COLUMN kind text NOT NULL DEFAULT 'results' CHECK (kind IN ('results', 'aa-replay')),
  -- Somebody waits for it: it goes before what the schedule asked for.
  ADD COLUMN is_urgent boolean NOT NULL DEFAULT false,
  -- Units' rows are made from all items again.
  ADD COLUMN is_full boolean NOT NULL DEFAULT false,
  -- Of an A/A replay: what was asked for.
  ADD COLUMN request jsonb,
  -- From 0 to 1, and what is being done in words.
  ADD COLUMN progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
  ADD COLUMN stage text NOT NULL DEFAULT '',
  -- A worker that finds this set ends the job.
  ADD COLUMN cancel_requested_at timestamptz,
  DROP CONSTRAINT stats_jobs_cause_check,
  ADD CONSTRAINT stats_jobs_cause_check CHECK (cause IN ('on-demand', 'scheduled', 'final')),
  DROP CONSTRAINT stats_jobs_state_check,
  ADD CONSTRAINT stats_jobs_state_check CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled'));
DROP INDEX stats.stats_jobs_waiting;
DROP INDEX stats.stats_jobs_running;
CREATE UNIQUE INDEX stats_jobs_waiting ON stats.stats_jobs (experiment_id, kind) WHERE state = 'waiting';
CREATE UNIQUE INDEX stats_jobs_running ON stats.stats_jobs (experiment_id, kind) WHERE state = 'running';

-- What replays of the past under made-up assignments gave, the newest of each experiment.
CREATE TABLE stats.aa_replay (
  experiment_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  job_id uuid NOT NULL,
  computed_at timestamptz NOT NULL,
  result jsonb NOT NULL
);
SELECT platform.protect('stats.aa_replay');

GRANT SELECT (kind, is_urgent, created_at) ON stats.stats_jobs TO stitchd_lookup;
DROP FUNCTION stats.claim_job(integer, uuid);
-- Before the tenant is known: takes the lease on the job that is due for the longest time, where one that somebody waits for
-- counts as due for so much longer.
CREATE FUNCTION stats.claim_job(lease_ms integer, token uuid, head_start_ms integer)
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
          SELECT FROM stats.stats_jobs AS other
          WHERE other.experiment_id = due.experiment_id AND other.kind = due.kind AND other.state = 'running'))
      ORDER BY due.due_at - make_interval(secs => CASE WHEN due.is_urgent THEN head_start_ms / 1000.0 ELSE 0 END) LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.id, claimed.organisation_id
  $$;
ALTER FUNCTION stats.claim_job(integer, uuid, integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION stats.claim_job(integer, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.claim_job(integer, uuid, integer) TO stitchd_app;

-- For operators, of all tenants together: numbers only.
CREATE FUNCTION stats.queue_figures()
  RETURNS TABLE (kind text, waiting bigint, running bigint, oldest_seconds double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT kind,
      count(*) FILTER (WHERE state = 'waiting'),
      count(*) FILTER (WHERE state = 'running'),
      coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::double precision
    FROM stats.stats_jobs WHERE state IN ('waiting', 'running') GROUP BY kind
  $$;
ALTER FUNCTION stats.queue_figures() OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION stats.queue_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stats.queue_figures() TO stitchd_app;
