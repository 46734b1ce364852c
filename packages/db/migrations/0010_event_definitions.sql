-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0010_event_definitions', '0.1.0');

-- The owner sees no row of a tenant otherwise; nothing outside this transaction ever does.
ALTER TABLE event.event_definition NO FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.environment_revision NO FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.definition NO FORCE ROW LEVEL SECURITY;

ALTER TABLE event.event_definition DROP CONSTRAINT event_definition_value_type_check;
UPDATE event.event_definition SET value_type = 'double' WHERE value_type = 'number';
ALTER TABLE event.event_definition
  ADD CONSTRAINT event_definition_value_type_check CHECK (value_type IN ('none', 'boolean', 'integer', 'double')),
  -- What the value counts, such as EUR; empty: nothing said.
  ADD COLUMN unit text NOT NULL DEFAULT '',
  -- JSON text, as it was written; null: any properties.
  ADD COLUMN properties_schema text,
  -- Context kinds without which an event is of no use.
  ADD COLUMN required_contexts text[] NOT NULL DEFAULT '{}',
  ADD COLUMN owner text NOT NULL DEFAULT '';

-- SDKs learn what is defined: each definition as event-service renders it, into every environment of its project.
INSERT INTO platform.definition (environment_id, kind, id, organisation_id, revision, body)
SELECT environment.environment_id, 'event', event.id::text, event.organisation_id, environment.revision + 1,
  format('{"key":%s,"valueType":"%s","requiredContexts":[],"archived":%s}', to_json(event.key), event.value_type, event.archived::text)
FROM event.event_definition AS event
JOIN platform.environment_revision AS environment ON environment.project_id = event.project_id;
UPDATE platform.environment_revision AS environment SET revision = revision + 1, changed_at = clock_timestamp()
WHERE EXISTS (SELECT FROM event.event_definition AS event WHERE event.project_id = environment.project_id);

ALTER TABLE platform.definition FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.environment_revision FORCE ROW LEVEL SECURITY;
ALTER TABLE event.event_definition FORCE ROW LEVEL SECURITY;

-- How an environment takes events. One that was never changed has no row.
CREATE TABLE event.environment_settings (
  environment_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  -- Undefined events are refused instead of kept aside.
  strict boolean NOT NULL DEFAULT false,
  -- Null: the installation's default.
  items_per_second integer CHECK (items_per_second > 0),
  -- Attributes of contexts that exposures carry.
  exposure_attributes text[] NOT NULL DEFAULT '{}',
  -- Whether the context registry keeps frequent values.
  observe_values boolean NOT NULL DEFAULT false,
  -- Context kinds whose keys are hashed before they are stored, and the secret they are hashed with.
  hashed_kinds text[] NOT NULL DEFAULT '{}',
  key_secret bytea,
  -- By table: days; what is not in it is kept without end.
  retention jsonb NOT NULL DEFAULT '{}',
  -- A list of { name, filter }: traffic that results leave out.
  exclusions jsonb NOT NULL DEFAULT '[]',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT platform.protect('event.environment_settings');
