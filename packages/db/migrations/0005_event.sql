-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0005_event', '0.1.0');

-- What may be tracked in a project. Never deleted: items in the event store and metrics name them.
CREATE TABLE event.event_definition (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  value_type text NOT NULL CHECK (value_type IN ('none', 'number')),
  archived boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, key)
);
SELECT platform.protect('event.event_definition');

-- What experiments compare.
CREATE TABLE event.metric (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  type text NOT NULL CHECK (type IN ('conversion', 'mean')),
  event_key text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('increase', 'decrease')),
  -- 0: without limit.
  window_hours integer NOT NULL CHECK (window_hours BETWEEN 0 AND 2160),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, key),
  FOREIGN KEY (project_id, event_key) REFERENCES event.event_definition (project_id, key)
);
SELECT platform.protect('event.metric');
