-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0003_flag', '0.1.0');

CREATE TABLE flag.flag (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  type text NOT NULL CHECK (type IN ('boolean', 'string', 'integer', 'double', 'json')),
  tags text[] NOT NULL,
  owner text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('release', 'experiment', 'operations', 'permission', 'configuration')),
  -- 0: not said.
  expected_lifetime_days integer NOT NULL CHECK (expected_lifetime_days >= 0),
  client_visible boolean NOT NULL,
  archived boolean NOT NULL DEFAULT false,
  -- [{ key, value, name, description }], in the order in which people see them.
  variants jsonb NOT NULL,
  -- What an environment without a configuration of its own serves, fixed when the flag is made; no off variant: null.
  initial_off_variant text,
  initial_serve_variant text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- Whole milliseconds, so that they survive a page's cursor.
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (project_id, key),
  -- Foreign keys are not subject to row-level security: they name the organisation too.
  UNIQUE (organisation_id, id)
);
CREATE INDEX flag_newest ON flag.flag (project_id, updated_at DESC, id DESC);
CREATE INDEX flag_tags ON flag.flag USING gin (tags);
SELECT platform.protect('flag.flag');

-- How a flag behaves in one environment; absent: disabled, with what the flag says of environments without one, at version 1.
CREATE TABLE flag.configuration (
  flag_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  enabled boolean NOT NULL,
  -- { offVariant, prerequisites, targets, rules, defaultServe }, without the stamps of running iterations.
  document jsonb NOT NULL,
  version integer NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (flag_id, environment_id),
  FOREIGN KEY (organisation_id, flag_id) REFERENCES flag.flag (organisation_id, id)
);
CREATE INDEX configuration_environment ON flag.configuration (environment_id);
SELECT platform.protect('flag.configuration');

-- The iteration of an experiment that runs on a split, or on all that a flag serves where arms are assigned elsewhere.
CREATE TABLE flag.binding (
  iteration_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  flag_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  recorded boolean NOT NULL,
  -- Empty: the default serve.
  rule_id text NOT NULL,
  -- Empty where arms are assigned elsewhere.
  split_id text NOT NULL,
  -- Of the unit, where arms are assigned elsewhere.
  context_kind text NOT NULL,
  bound_at timestamptz(3) NOT NULL,
  unbound_at timestamptz(3),
  FOREIGN KEY (organisation_id, flag_id) REFERENCES flag.flag (organisation_id, id)
);
CREATE UNIQUE INDEX binding_running ON flag.binding (environment_id, flag_id, split_id) WHERE unbound_at IS NULL;
CREATE INDEX binding_running_flag ON flag.binding (flag_id) WHERE unbound_at IS NULL;
SELECT platform.protect('flag.binding');

-- Environments into which the flags that existed before them have been published.
CREATE TABLE flag.environment_state (
  environment_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  initialised_at timestamptz NOT NULL DEFAULT now()
);
SELECT platform.protect('flag.environment_state');
