-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0002_auth', '0.1.0');

-- The person who has proved in this transaction who they are. A pooled connection may hold an empty string: nullif.
CREATE FUNCTION auth.current_user_id() RETURNS uuid
  LANGUAGE sql STABLE
  RETURN nullif(current_setting('stitchd.user_id', true), '')::uuid;

CREATE TABLE auth.organisation (
  id uuid PRIMARY KEY,
  key text NOT NULL UNIQUE,
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE auth.organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.organisation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON auth.organisation TO stitchd_app
  USING (id = platform.current_organisation()) WITH CHECK (id = platform.current_organisation());
GRANT SELECT, INSERT, UPDATE ON auth.organisation TO stitchd_app;

-- Foreign keys are not subject to row-level security: each names the organisation too, so that none can cross tenants.
CREATE TABLE auth.project (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES auth.organisation,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organisation_id, key),
  UNIQUE (organisation_id, id)
);
SELECT platform.protect('auth.project');

CREATE TABLE auth.environment (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  production boolean NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organisation_id, project_id) REFERENCES auth.project (organisation_id, id),
  UNIQUE (project_id, key),
  UNIQUE (organisation_id, project_id, id)
);
SELECT platform.protect('auth.environment');

-- People belong to no organisation alone. Seen by themselves, and by the organisations that they are members of.
CREATE TABLE auth.user_account (
  id uuid PRIMARY KEY,
  -- Trimmed and in lower case.
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE auth.member (
  organisation_id uuid NOT NULL REFERENCES auth.organisation,
  user_id uuid NOT NULL REFERENCES auth.user_account,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, user_id)
);
CREATE INDEX member_user ON auth.member (user_id);
SELECT platform.protect('auth.member');

ALTER TABLE auth.user_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.user_account FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.user_account TO stitchd_app
  USING (id = auth.current_user_id()) WITH CHECK (id = auth.current_user_id());
CREATE POLICY fellow_member ON auth.user_account FOR SELECT TO stitchd_app
  USING (EXISTS (
    SELECT FROM auth.member
    WHERE member.user_id = user_account.id AND member.organisation_id = platform.current_organisation()
  ));
GRANT SELECT, INSERT, UPDATE ON auth.user_account TO stitchd_app;

-- Apart from the account, so that no organisation sees the hash of its members.
CREATE TABLE auth.password (
  user_id uuid PRIMARY KEY REFERENCES auth.user_account,
  -- argon2id in its PHC form.
  hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE auth.password ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.password FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.password TO stitchd_app
  USING (user_id = auth.current_user_id()) WITH CHECK (user_id = auth.current_user_id());
GRANT SELECT, INSERT, UPDATE ON auth.password TO stitchd_app;

-- A person signed in somewhere, working in one organisation at a time.
CREATE TABLE auth.session (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES auth.user_account,
  organisation_id uuid NOT NULL REFERENCES auth.organisation,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Of its newest refresh token.
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_person ON auth.session (user_id);
CREATE INDEX session_organisation ON auth.session (organisation_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX session_ended ON auth.session (ended_at) WHERE ended_at IS NOT NULL;
ALTER TABLE auth.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.session FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.session TO stitchd_app
  USING (user_id = auth.current_user_id()) WITH CHECK (user_id = auth.current_user_id());
-- An organisation that removes a member ends the sessions that work in it.
CREATE POLICY tenant_reads ON auth.session FOR SELECT TO stitchd_app
  USING (organisation_id = platform.current_organisation());
CREATE POLICY tenant_ends ON auth.session FOR UPDATE TO stitchd_app
  USING (organisation_id = platform.current_organisation()) WITH CHECK (organisation_id = platform.current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.session TO stitchd_app;

-- Each is used once; one that comes again was stolen, and ends its session.
CREATE TABLE auth.refresh_token (
  sha256 bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES auth.session ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.user_account,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_token_session ON auth.refresh_token (session_id);
CREATE INDEX refresh_token_user ON auth.refresh_token (user_id, expires_at);
ALTER TABLE auth.refresh_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.refresh_token FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.refresh_token TO stitchd_app
  USING (user_id = auth.current_user_id()) WITH CHECK (user_id = auth.current_user_id());
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.refresh_token TO stitchd_app;

CREATE TABLE auth.sign_in_link (
  sha256 bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES auth.user_account,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX sign_in_link_user ON auth.sign_in_link (user_id);
ALTER TABLE auth.sign_in_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.sign_in_link FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.sign_in_link TO stitchd_app
  USING (user_id = auth.current_user_id()) WITH CHECK (user_id = auth.current_user_id());
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.sign_in_link TO stitchd_app;

CREATE TABLE auth.sdk_key (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('server', 'client')),
  -- The visible beginning of the text; the text itself is stored nowhere.
  hint text NOT NULL,
  sha256 bytea NOT NULL UNIQUE,
  allowed_origins text[] NOT NULL DEFAULT '{}',
  backfill_days integer NOT NULL DEFAULT 0 CHECK (backfill_days BETWEEN 0 AND 365),
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  FOREIGN KEY (organisation_id, project_id, environment_id) REFERENCES auth.environment (organisation_id, project_id, id)
);
CREATE INDEX sdk_key_environment ON auth.sdk_key (environment_id, id DESC);
CREATE INDEX sdk_key_revoked ON auth.sdk_key (revoked_at) WHERE revoked_at IS NOT NULL;
SELECT platform.protect('auth.sdk_key');

CREATE TABLE auth.api_token (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES auth.organisation,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  hint text NOT NULL,
  sha256 bytea NOT NULL UNIQUE,
  -- Made for the command line on the host; at most one of them is valid.
  operator boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_token_newest ON auth.api_token (organisation_id, id DESC);
CREATE UNIQUE INDEX api_token_operator ON auth.api_token (organisation_id) WHERE operator AND revoked_at IS NULL;
CREATE INDEX api_token_revoked ON auth.api_token (revoked_at) WHERE revoked_at IS NOT NULL;
SELECT platform.protect('auth.api_token');

-- Signs access tokens. Of the installation, not of a tenant: no row-level security; the private half is encrypted.
CREATE TABLE auth.signing_key (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  -- AES-256-GCM under STITCHD_SECRET_KEY: nonce (12 bytes), ciphertext, tag (16 bytes); the kid is authenticated with it.
  sealed_private_jwk bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON auth.signing_key TO stitchd_app;

-- Before the tenant is known: each function answers ids and hashes only, and its owner can read nothing more.
CREATE POLICY lookup ON auth.sdk_key FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.api_token FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.user_account FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.password FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.member FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.session FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.refresh_token FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON auth.sign_in_link FOR SELECT TO stitchd_lookup USING (true);
GRANT SELECT (id, organisation_id, sha256, revoked_at) ON auth.sdk_key TO stitchd_lookup;
GRANT SELECT (id, organisation_id, sha256, revoked_at) ON auth.api_token TO stitchd_lookup;
GRANT SELECT (id, email) ON auth.user_account TO stitchd_lookup;
GRANT SELECT (user_id, hash) ON auth.password TO stitchd_lookup;
GRANT SELECT (organisation_id, user_id, role, created_at) ON auth.member TO stitchd_lookup;
GRANT SELECT (id, organisation_id, ended_at) ON auth.session TO stitchd_lookup;
GRANT SELECT (sha256, session_id, user_id) ON auth.refresh_token TO stitchd_lookup;
GRANT SELECT (sha256, user_id) ON auth.sign_in_link TO stitchd_lookup;

CREATE FUNCTION auth.find_sdk_key(hash bytea) RETURNS TABLE (id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT sdk_key.id, sdk_key.organisation_id FROM auth.sdk_key WHERE sdk_key.sha256 = hash $$;

CREATE FUNCTION auth.find_api_token(hash bytea) RETURNS TABLE (id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT api_token.id, api_token.organisation_id FROM auth.api_token WHERE api_token.sha256 = hash $$;

CREATE FUNCTION auth.find_login(wanted_email text) RETURNS TABLE (user_id uuid, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT user_account.id, password.hash
    FROM auth.user_account LEFT JOIN auth.password ON password.user_id = user_account.id
    WHERE user_account.email = wanted_email
  $$;

-- The one that somebody joined first comes first.
CREATE FUNCTION auth.organisations_of(person uuid) RETURNS TABLE (organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT member.organisation_id FROM auth.member
    WHERE member.user_id = person ORDER BY member.created_at, member.organisation_id
  $$;

CREATE FUNCTION auth.find_session(refresh_hash bytea) RETURNS TABLE (session_id uuid, user_id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT session.id, refresh_token.user_id, session.organisation_id
    FROM auth.refresh_token JOIN auth.session ON session.id = refresh_token.session_id
    WHERE refresh_token.sha256 = refresh_hash
  $$;

CREATE FUNCTION auth.find_sign_in_link(hash bytea) RETURNS TABLE (user_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT sign_in_link.user_id FROM auth.sign_in_link WHERE sign_in_link.sha256 = hash $$;

-- Who set the installation up.
CREATE FUNCTION auth.first_owner() RETURNS TABLE (user_id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT member.user_id, member.organisation_id FROM auth.member
    WHERE member.role = 'owner' ORDER BY member.created_at, member.organisation_id, member.user_id LIMIT 1
  $$;

-- What caches must forget. Times are taken before the commit: ask again with an overlap.
CREATE FUNCTION auth.invalidated_since(keys_since timestamptz, sessions_since timestamptz)
  RETURNS TABLE (key_sha256 bytea, session_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT sdk_key.sha256, NULL::uuid FROM auth.sdk_key WHERE sdk_key.revoked_at >= keys_since
    UNION ALL
    SELECT api_token.sha256, NULL::uuid FROM auth.api_token WHERE api_token.revoked_at >= keys_since
    UNION ALL
    SELECT NULL::bytea, session.id FROM auth.session WHERE session.ended_at >= sessions_since
  $$;

DO $$
DECLARE
  look_up regprocedure;
BEGIN
  FOREACH look_up IN ARRAY ARRAY[
    'auth.find_sdk_key(bytea)', 'auth.find_api_token(bytea)', 'auth.find_login(text)', 'auth.organisations_of(uuid)',
    'auth.find_session(bytea)', 'auth.find_sign_in_link(bytea)', 'auth.first_owner()',
    'auth.invalidated_since(timestamptz, timestamptz)'
  ]::regprocedure[] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', look_up);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO stitchd_app', look_up);
    EXECUTE format('ALTER FUNCTION %s OWNER TO stitchd_lookup', look_up);
  END LOOP;
END
$$;
