-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0014_transfer', '0.1.0');

-- Work of event-service that outlives a request: imports, erasures. Waiting, running and done.
CREATE TABLE event.job (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
  -- What was asked, and how far it is: the kind's handler knows their shapes.
  request jsonb NOT NULL,
  progress jsonb NOT NULL DEFAULT '{}',
  -- Begun since the job last came forward; it is failed when they are too many.
  attempts integer NOT NULL DEFAULT 0,
  -- Not to be claimed before: now for a new job, the end of the pause for one that waits, of the lease for one that runs.
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Whose lease it is; a worker that lost its lease writes nothing.
  lease_token uuid,
  -- Somebody wants it to end; whoever works on it sees that at its next sign of life.
  cancelling boolean NOT NULL DEFAULT false,
  error_code text,
  error_message text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
-- One of a kind runs at a time in an environment: a tenant that asks for much doesn't keep the workers from the others.
CREATE UNIQUE INDEX job_running ON event.job (environment_id, kind) WHERE state = 'running';
CREATE INDEX job_due ON event.job (due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_newest ON event.job (environment_id, id DESC);
SELECT platform.protect('event.job');

-- What was uploaded for an import and not read yet: pieces by the place of their first byte in the file.
CREATE TABLE event.import_data (
  job_id uuid NOT NULL REFERENCES event.job (id) ON DELETE CASCADE,
  position bigint NOT NULL,
  organisation_id uuid NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (job_id, position)
);
-- Uploads don't compress twice.
ALTER TABLE event.import_data ALTER COLUMN data SET STORAGE EXTERNAL;
SELECT platform.protect('event.import_data');

-- Before the tenant is known: takes the lease on the job that is due for the longest time, of a kind that the worker knows.
CREATE POLICY lookup_read ON event.job FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_lease ON event.job FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT (id, organisation_id, environment_id, kind, state, due_at, attempts, started_at),
  UPDATE (state, attempts, due_at, lease_token, started_at) ON event.job TO stitchd_lookup;
CREATE FUNCTION event.claim_job(lease_ms integer, token uuid, kinds text[])
  RETURNS TABLE (job_id uuid, organisation_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    -- Two workers that look at once would else both see that nothing of the kind runs.
    SELECT pg_advisory_xact_lock(hashtextextended('event.claim_job', 0));
    UPDATE event.job AS claimed
    SET state = 'running',
      attempts = claimed.attempts + 1,
      lease_token = token,
      due_at = clock_timestamp() + make_interval(secs => lease_ms / 1000.0),
      started_at = coalesce(claimed.started_at, clock_timestamp())
    WHERE claimed.id = (
      SELECT due.id FROM event.job AS due
      WHERE due.due_at <= clock_timestamp() AND due.kind = ANY (kinds)
        AND (due.state = 'running' OR due.state = 'waiting' AND NOT EXISTS (
          SELECT FROM event.job AS other
          WHERE other.environment_id = due.environment_id AND other.kind = due.kind AND other.state = 'running'))
      ORDER BY due.due_at LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.id, claimed.organisation_id
  $$;
ALTER FUNCTION event.claim_job(integer, uuid, text[]) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION event.claim_job(integer, uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event.claim_job(integer, uuid, text[]) TO stitchd_app;
