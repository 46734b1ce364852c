-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0004_segment', '0.1.0');

CREATE TABLE segment.segment (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  type text NOT NULL CHECK (type IN ('rule', 'list')),
  -- Of a rule segment.
  condition jsonb,
  -- Of a list segment.
  context_kind text NOT NULL,
  exact boolean NOT NULL,
  included_count integer NOT NULL DEFAULT 0,
  excluded_count integer NOT NULL DEFAULT 0,
  -- Into how many shards each side is cut now; 0: it is inline or on the server only.
  included_shards integer NOT NULL DEFAULT 0,
  excluded_shards integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (environment_id, key),
  CHECK ((type = 'rule') = (condition IS NOT NULL))
);
SELECT platform.protect('segment.segment');

-- Keys of list segments. No foreign key: it would be checked for each of 100,000 keys; whoever deletes a list deletes its keys.
CREATE TABLE segment.list_key (
  segment_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  excluded boolean NOT NULL,
  key text COLLATE "C" NOT NULL,
  -- The unsigned 64-bit fingerprint less 2^63, so that both sort alike.
  fingerprint bigint NOT NULL,
  PRIMARY KEY (segment_id, excluded, key)
);
CREATE INDEX list_key_fingerprint ON segment.list_key (segment_id, excluded, fingerprint);
SELECT platform.protect('segment.list_key');
