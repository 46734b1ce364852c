-- Up Migration

-- The services sign in as (or take) stitchd_app: it owns nothing and bypasses nothing.
-- stitchd_lookup owns the few functions that must find a tenant before it is known, and can do nothing else.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stitchd_app') THEN
    CREATE ROLE stitchd_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stitchd_lookup') THEN
    CREATE ROLE stitchd_lookup NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
  EXECUTE format('GRANT stitchd_app TO %I', current_user);
  EXECUTE format('GRANT stitchd_lookup TO %I', current_user);
END
$$;

CREATE SCHEMA platform;
CREATE SCHEMA auth;
CREATE SCHEMA flag;
CREATE SCHEMA segment;
CREATE SCHEMA event;
CREATE SCHEMA experiment;
CREATE SCHEMA stats;
GRANT USAGE ON SCHEMA platform, auth, flag, segment, event, experiment, stats TO stitchd_app;
-- CREATE lets it own functions there; nobody can sign in as it.
GRANT USAGE, CREATE ON SCHEMA platform, auth, flag, segment, event, experiment, stats TO stitchd_lookup;

-- The tenant of this transaction. A pooled connection may hold an empty string where nothing was set: nullif.
CREATE FUNCTION platform.current_organisation() RETURNS uuid
  LANGUAGE sql STABLE
  RETURN nullif(current_setting('stitchd.organisation_id', true), '')::uuid;
GRANT EXECUTE ON FUNCTION platform.current_organisation() TO stitchd_app, stitchd_lookup;

-- Puts a table under row-level security, forced, by its column organisation_id, and lets the services use it.
CREATE FUNCTION platform.protect(protected regclass) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
  EXECUTE format(
    'CREATE POLICY tenant ON %s TO stitchd_app USING (organisation_id = platform.current_organisation()) WITH CHECK (organisation_id = platform.current_organisation())',
    protected);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO stitchd_app', protected);
END
$$;
REVOKE EXECUTE ON FUNCTION platform.protect(regclass) FROM PUBLIC;

-- Which program each migration still allows: one that is older refuses to start.
CREATE TABLE platform.schema_floor (
  migration text PRIMARY KEY,
  oldest_program text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON platform.schema_floor TO stitchd_app;
INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0001_platform', '0.1.0');

-- The revision of each environment; its row is the lock under which definitions change.
CREATE TABLE platform.environment_revision (
  environment_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  revision bigint NOT NULL DEFAULT 0,
  -- Removed definitions up to this revision are forgotten: a reader older than it gets a snapshot.
  forgotten_revision bigint NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX environment_revision_project ON platform.environment_revision (project_id);
SELECT platform.protect('platform.environment_revision');

-- What SDKs sync: bodies are rendered once, when they are published.
CREATE TABLE platform.definition (
  environment_id uuid NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  organisation_id uuid NOT NULL,
  revision bigint NOT NULL,
  body text NOT NULL,
  removed boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (environment_id, kind, id)
);
CREATE INDEX definition_revision ON platform.definition (environment_id, revision);
SELECT platform.protect('platform.definition');

-- Who refers to whom within an environment: "used by", and the refusal to delete.
CREATE TABLE platform.reference (
  environment_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  from_kind text NOT NULL,
  from_key text NOT NULL,
  to_kind text NOT NULL,
  to_key text NOT NULL,
  PRIMARY KEY (environment_id, from_kind, from_key, to_kind, to_key)
);
CREATE INDEX reference_target ON platform.reference (environment_id, to_kind, to_key);
SELECT platform.protect('platform.reference');

CREATE TABLE platform.audit (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid,
  environment_id uuid,
  at timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  action text NOT NULL,
  resource_kind text NOT NULL,
  resource_id text NOT NULL,
  resource_key text NOT NULL,
  request_id text NOT NULL,
  before jsonb,
  after jsonb
);
CREATE INDEX audit_newest ON platform.audit (organisation_id, id DESC);
SELECT platform.protect('platform.audit');
-- What happened stays as it was written.
REVOKE UPDATE, DELETE ON platform.audit FROM stitchd_app;

CREATE TABLE platform.outbox (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid,
  environment_id uuid,
  topic text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  done_at timestamptz
);
CREATE INDEX outbox_due ON platform.outbox (due_at) WHERE done_at IS NULL;
SELECT platform.protect('platform.outbox');

CREATE TABLE platform.idempotency (
  organisation_id uuid NOT NULL,
  principal_id text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  -- Absent where the response holds a secret: a repetition is then refused rather than answered.
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, principal_id, route, key)
);
CREATE INDEX idempotency_age ON platform.idempotency (created_at);
SELECT platform.protect('platform.idempotency');

-- Before the tenant is known: environments whose revision is above what a reader has seen, by time of change.
CREATE POLICY lookup ON platform.environment_revision FOR SELECT TO stitchd_lookup USING (true);
GRANT SELECT ON platform.environment_revision TO stitchd_lookup;
CREATE FUNCTION platform.changed_environments(since timestamptz)
  RETURNS TABLE (environment_id uuid, organisation_id uuid, revision bigint, changed_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT environment_id, organisation_id, revision, changed_at FROM platform.environment_revision WHERE changed_at >= since $$;
ALTER FUNCTION platform.changed_environments(timestamptz) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION platform.changed_environments(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.changed_environments(timestamptz) TO stitchd_app;

-- The tenant of one environment, for a reader that was given nothing but its id.
CREATE FUNCTION platform.tenant_of_environment(environment uuid)
  RETURNS TABLE (organisation_id uuid, project_id uuid, revision bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT organisation_id, project_id, revision FROM platform.environment_revision WHERE environment_id = environment $$;
ALTER FUNCTION platform.tenant_of_environment(uuid) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION platform.tenant_of_environment(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.tenant_of_environment(uuid) TO stitchd_app;
