-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0044_receivers', '0.1.0');

-- Records are told to receivers in the order in which they were written; attempts and pauses are those of deliveries.
DROP INDEX platform.outbox_due;
ALTER TABLE platform.outbox DROP COLUMN due_at, DROP COLUMN attempts;
CREATE INDEX outbox_untold ON platform.outbox (organisation_id, id) WHERE done_at IS NULL;

-- Before the tenant is known: organisations with records of which no receiver has been told.
GRANT SELECT (done_at) ON platform.outbox TO stitchd_lookup;
CREATE FUNCTION platform.organisations_to_tell(most integer)
  RETURNS TABLE (organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT DISTINCT organisation_id FROM platform.outbox WHERE done_at IS NULL LIMIT most $$;
ALTER FUNCTION platform.organisations_to_tell(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION platform.organisations_to_tell(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.organisations_to_tell(integer) TO stitchd_app;

-- Who is told what happens in a project: the address of a webhook or of e-mail.
CREATE TABLE auth.receiver (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'email')),
  name text NOT NULL,
  -- A URL, or an e-mail address in lower case.
  address text NOT NULL,
  topics text[] NOT NULL,
  -- Signs what is sent to a webhook; encrypted under the secret key of the installation.
  sealed_secret bytea,
  paused_at timestamptz,
  pause_cause text CHECK (pause_cause IN ('person', 'failing', 'gone')),
  -- Since when nothing has come through; null after each success.
  failing_since timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organisation_id, project_id) REFERENCES auth.project (organisation_id, id),
  UNIQUE (organisation_id, id),
  CHECK ((kind = 'webhook') = (sealed_secret IS NOT NULL)),
  CHECK ((paused_at IS NULL) = (pause_cause IS NULL))
);
CREATE INDEX receiver_project ON auth.receiver (project_id);
SELECT platform.protect('auth.receiver');

-- One message to one receiver, a job of the senders until it has arrived or was given up.
CREATE TABLE auth.delivery (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  receiver_id uuid NOT NULL,
  -- The outbox record, so that no receiver is told of it twice; null: somebody asked for a test.
  record_id uuid,
  topic text NOT NULL,
  title text NOT NULL,
  -- As it is sent, byte for byte, at every attempt.
  body text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  lease_token uuid,
  -- Of the last answer over HTTP, if there was one.
  status integer,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  FOREIGN KEY (organisation_id, receiver_id) REFERENCES auth.receiver (organisation_id, id) ON DELETE CASCADE,
  UNIQUE (receiver_id, record_id)
);
CREATE INDEX delivery_newest ON auth.delivery (receiver_id, id DESC);
CREATE INDEX delivery_due ON auth.delivery (due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX delivery_age ON auth.delivery (organisation_id, created_at);
-- To a receiver goes one at a time.
CREATE UNIQUE INDEX delivery_running ON auth.delivery (receiver_id) WHERE state = 'running';
SELECT platform.protect('auth.delivery');

-- Before the tenant is known: takes the lease on the oldest delivery that is due, where nothing is on its way to its receiver.
CREATE POLICY lookup ON auth.receiver FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.delivery FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_claims ON auth.delivery FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT (id, paused_at) ON auth.receiver TO stitchd_lookup;
GRANT SELECT (id, organisation_id, receiver_id, record_id, state, attempts, due_at) ON auth.delivery TO stitchd_lookup;
GRANT UPDATE (state, attempts, lease_token, due_at) ON auth.delivery TO stitchd_lookup;
CREATE FUNCTION auth.claim_delivery(lease_ms integer, token uuid)
  RETURNS TABLE (job_id uuid, organisation_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    UPDATE auth.delivery AS claimed
    SET state = 'running',
      attempts = claimed.attempts + 1,
      lease_token = token,
      due_at = clock_timestamp() + make_interval(secs => lease_ms / 1000.0)
    WHERE claimed.id = (
      SELECT due.id FROM auth.delivery AS due
      WHERE due.due_at <= clock_timestamp()
        AND (due.state = 'running' OR due.state = 'waiting'
          AND NOT EXISTS (
            SELECT FROM auth.delivery AS other WHERE other.receiver_id = due.receiver_id AND other.state = 'running')
          -- What a person asks for goes to a paused receiver too.
          AND (due.record_id IS NULL OR NOT EXISTS (
            SELECT FROM auth.receiver WHERE receiver.id = due.receiver_id AND receiver.paused_at IS NOT NULL)))
      ORDER BY coalesce(due.record_id, due.id) LIMIT 1
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.id, claimed.organisation_id
  $$;
ALTER FUNCTION auth.claim_delivery(integer, uuid) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION auth.claim_delivery(integer, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.claim_delivery(integer, uuid) TO stitchd_app;
