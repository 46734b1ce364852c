-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0015_privacy', '0.1.0');

-- Units whose rows somebody wants to be gone. No key is readable here: a hash says which one was meant.
CREATE TABLE event.erasure (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  -- The job that does it, with others.
  job_id uuid NOT NULL,
  -- The context kind.
  kind text NOT NULL,
  -- SHA-256 of kind, U+0000 and key: whoever has the key can find the request.
  key_hash bytea NOT NULL,
  -- What the unit is called in the event store, encrypted under the installation's key; null once it is done.
  sealed_names bytea,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When nothing more could come, and nothing was left, for the first time.
  clean_since timestamptz,
  finished_at timestamptz
);
CREATE INDEX erasure_of_job ON event.erasure (job_id);
CREATE INDEX erasure_of_unit ON event.erasure (environment_id, key_hash);
SELECT platform.protect('event.erasure');

-- What waits in the spools of the replicas of event-service. Of the installation, not of a tenant.
CREATE TABLE event.spool_replica (
  replica_id uuid PRIMARY KEY,
  -- The spools that lie there are taken over by each other.
  place text NOT NULL,
  seen_at timestamptz NOT NULL,
  -- When the oldest batch that waits was begun; null: none waits.
  oldest_at timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON event.spool_replica TO stitchd_app;
