-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0030_experiment_lifecycle', '0.1.0');

-- The owner sees no row of a tenant otherwise; nothing outside this transaction ever does.
ALTER TABLE experiment.experiment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.iteration NO FORCE ROW LEVEL SECURITY;

ALTER TABLE experiment.experiment
  ADD COLUMN kind text NOT NULL DEFAULT 'experiment' CHECK (kind IN ('experiment', 'rollout')),
  -- The id of a user or token; empty where nobody is known.
  ADD COLUMN owner text NOT NULL DEFAULT '',
  ADD COLUMN archived_at timestamptz,
  -- [{ key, role, margin? }], the primary one first.
  ADD COLUMN metrics jsonb NOT NULL DEFAULT '[]',
  -- Of the split now; and what the next start gives it, null: it keeps what it has.
  ADD COLUMN enrolment_milli_percent integer NOT NULL DEFAULT 100000
    CHECK (enrolment_milli_percent BETWEEN 0 AND 100000),
  ADD COLUMN wanted_enrolment_milli_percent integer CHECK (wanted_enrolment_milli_percent BETWEEN 0 AND 100000),
  -- { minimumEffect?, power, plannedUnits?, plannedDays?, endsAt? }
  ADD COLUMN plan jsonb NOT NULL DEFAULT '{"power":0.8}',
  -- { design, adjustment, prePeriodDays, scheduleMinutes, onHarm, dimensions }
  ADD COLUMN analysis jsonb NOT NULL DEFAULT
    '{"design":"sequential","adjustment":"on","prePeriodDays":14,"scheduleMinutes":60,"onHarm":"tell","dimensions":[]}',
  -- Of the current iteration, for lists; the iteration holds the whole.
  ADD COLUMN snapshot_hash text NOT NULL DEFAULT '',
  ADD COLUMN changed_after_start text[] NOT NULL DEFAULT '{}',
  -- Late data counts until then.
  ADD COLUMN grace_until timestamptz,
  -- { kind: 'keep' | 'variant', variant, note } of the last stop.
  ADD COLUMN served_after jsonb,
  DROP CONSTRAINT experiment_state_check,
  ADD CONSTRAINT experiment_state_check
    CHECK (state IN ('draft', 'starting', 'running', 'paused', 'stopping', 'stopped')),
  DROP CONSTRAINT experiment_check,
  DROP CONSTRAINT experiment_check1,
  -- Until a restart has begun its iteration, the times are those of the one before.
  ADD CONSTRAINT experiment_started CHECK (state = 'starting' OR (state = 'draft') = (started_at IS NULL)),
  ADD CONSTRAINT experiment_stopped CHECK (state = 'starting' OR (state = 'stopped') = (stopped_at IS NOT NULL)),
  ADD CONSTRAINT experiment_archived CHECK (archived_at IS NULL OR state IN ('draft', 'stopped'));

-- The first metric was the primary one, the others had no role.
UPDATE experiment.experiment SET metrics = COALESCE((
    SELECT jsonb_agg(
      jsonb_build_object('key', metric.key, 'role', CASE metric.place WHEN 1 THEN 'primary' ELSE 'secondary' END)
      ORDER BY metric.place)
    FROM unnest(metric_keys) WITH ORDINALITY AS metric (key, place)), '[]');
ALTER TABLE experiment.experiment DROP COLUMN metric_keys;
UPDATE experiment.experiment SET grace_until = stopped_at + interval '1 day' WHERE stopped_at IS NOT NULL;

DROP INDEX experiment.experiment_live;
CREATE INDEX experiment_live ON experiment.experiment (organisation_id, id) WHERE state IN ('running', 'paused', 'stopped');
-- Which experiments stand on a flag.
CREATE INDEX experiment_flag ON experiment.experiment (environment_id, flag_key);

ALTER TABLE experiment.iteration
  -- Everything that decides the results, as it was at the start; never changed. SHA-256 in hex of its canonical JSON.
  ADD COLUMN snapshot jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN snapshot_hash text NOT NULL DEFAULT '',
  -- The same by now: margins and versions of metrics may have moved.
  ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN re_randomised boolean NOT NULL DEFAULT false,
  -- How long late data counts after the stop.
  ADD COLUMN grace_ms bigint NOT NULL DEFAULT 86400000,
  ADD COLUMN grace_until timestamptz,
  -- The code of the last decision that stats-service told; empty: none.
  ADD COLUMN decision text NOT NULL DEFAULT '',
  ADD COLUMN served_after jsonb;
UPDATE experiment.iteration SET grace_until = stopped_at + interval '1 day' WHERE stopped_at IS NOT NULL;

ALTER TABLE experiment.period
  ADD COLUMN enrolment_milli_percent integer NOT NULL DEFAULT 100000,
  -- Units first exposed in a pause stay out of the analysis for good.
  ADD COLUMN is_pause boolean NOT NULL DEFAULT false;

ALTER TABLE experiment.saga
  -- Of a start: whether the split gets new salts. Of a stop: what is served afterwards.
  ADD COLUMN rerandomise boolean NOT NULL DEFAULT false,
  ADD COLUMN serve jsonb;

-- What happened to a flag while an iteration ran on it, in the order of time.
CREATE TABLE flag.binding_event (
  iteration_id uuid NOT NULL REFERENCES flag.binding (iteration_id),
  number integer NOT NULL,
  organisation_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL CHECK (kind IN ('weights', 'enrolment', 'disabled', 'enabled', 'configured')),
  -- Of 'weights' { shares: [{ variant, weightMilliPercent }] }, of 'enrolment' { milliPercent }, of 'configured' { parts }.
  detail jsonb NOT NULL,
  PRIMARY KEY (iteration_id, number)
);
SELECT platform.protect('flag.binding_event');

ALTER TABLE experiment.experiment FORCE ROW LEVEL SECURITY;
ALTER TABLE experiment.iteration FORCE ROW LEVEL SECURITY;
