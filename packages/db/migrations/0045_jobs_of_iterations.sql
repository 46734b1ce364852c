-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0045_jobs_of_iterations', '0.1.0');

-- Which iteration a job computes, counting from 1: one that another one follows still gets its last results.
-- 0: none, as of a replay; a job from before this migration computes the iteration that is current when it runs.
-- A program from before it can't put jobs in the queue any more, since it names an index that is dropped here.
ALTER TABLE stats.stats_jobs ADD COLUMN iteration integer NOT NULL DEFAULT 0 CHECK (iteration >= 0);
DROP INDEX stats.stats_jobs_waiting;
DROP INDEX stats.stats_jobs_running;
-- One waits at most, and one runs at most, for each iteration: its results come in the order of their data.
CREATE UNIQUE INDEX stats_jobs_waiting ON stats.stats_jobs (experiment_id, kind, iteration) WHERE state = 'waiting';
CREATE UNIQUE INDEX stats_jobs_running ON stats.stats_jobs (experiment_id, kind, iteration) WHERE state = 'running';

GRANT SELECT (iteration) ON stats.stats_jobs TO stitchd_lookup;
CREATE OR REPLACE FUNCTION stats.claim_job(lease_ms integer, token uuid, head_start_ms integer)
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
          WHERE other.experiment_id = due.experiment_id AND other.kind = due.kind AND other.iteration = due.iteration
            AND other.state = 'running'))
      ORDER BY due.due_at - make_interval(secs => CASE WHEN due.is_urgent THEN head_start_ms / 1000.0 ELSE 0 END) LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.id, claimed.organisation_id
  $$;

-- Of the iteration that it is the effect of: the last results of an earlier one may come after those of the next.
ALTER TABLE stats.finished_effect ADD COLUMN iteration integer NOT NULL DEFAULT 0;
