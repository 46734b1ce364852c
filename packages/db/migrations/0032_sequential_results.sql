-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0032_sequential_results', '0.1.0');

-- Results of the one-look engine have another shape: they are computed again with the first run.
TRUNCATE stats.result;
ALTER TABLE stats.result ADD iteration integer NOT NULL;
CREATE INDEX result_of_iteration ON stats.result (experiment_id, iteration, job_id DESC);

-- What has to be remembered of a comparison's looks; changed in the transaction of the result.
CREATE TABLE stats.sequential_state (
  iteration_id uuid NOT NULL,
  metric_key text NOT NULL,
  variant text NOT NULL,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  -- The least p-value of all looks.
  running_p double precision NOT NULL CHECK (running_p > 0 AND running_p <= 1),
  -- The first crossing of the bar, kept as it was.
  verdict jsonb,
  -- The look that closed it; nothing is called any more.
  closed jsonb,
  PRIMARY KEY (iteration_id, metric_key, variant)
);
SELECT platform.protect('stats.sequential_state');

-- Of each iteration: the gravest that any look found, and what the newest result was made from and shows beside it.
CREATE TABLE stats.iteration_state (
  iteration_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  -- Largest evidence and least p-values by check.
  evidence jsonb NOT NULL,
  -- By dimension and by day since the exposure.
  details jsonb NOT NULL,
  -- All that `analyse` made the newest result from.
  inputs jsonb NOT NULL
);
CREATE INDEX iteration_state_of_experiment ON stats.iteration_state (experiment_id);
SELECT platform.protect('stats.iteration_state');

-- One metric at one look, as small as the chart over time needs it.
CREATE TABLE stats.look (
  iteration_id uuid NOT NULL,
  metric_key text NOT NULL,
  computed_at timestamptz NOT NULL,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  point jsonb NOT NULL,
  PRIMARY KEY (iteration_id, metric_key, computed_at)
);
SELECT platform.protect('stats.look');

-- The decisions of an iteration: a row where it became another one.
CREATE TABLE stats.decision_change (
  iteration_id uuid NOT NULL,
  at timestamptz NOT NULL,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  iteration integer NOT NULL,
  code text NOT NULL,
  variant text,
  headline text NOT NULL,
  detail jsonb NOT NULL,
  PRIMARY KEY (iteration_id, at)
);
CREATE INDEX decision_change_newest ON stats.decision_change (experiment_id, at DESC);
SELECT platform.protect('stats.decision_change');

-- Alarms that were told: once for each iteration and reason.
CREATE TABLE stats.alarm (
  iteration_id uuid NOT NULL,
  reason text NOT NULL,
  organisation_id uuid NOT NULL,
  environment_id uuid NOT NULL,
  experiment_id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (iteration_id, reason)
);
SELECT platform.protect('stats.alarm');

-- Effects on the primary metrics of an organisation's finished experiments: what true effects are like is learnt from them.
CREATE TABLE stats.finished_effect (
  experiment_id uuid NOT NULL,
  variant text NOT NULL,
  organisation_id uuid NOT NULL,
  finished_at timestamptz NOT NULL,
  lift double precision NOT NULL,
  standard_error double precision NOT NULL CHECK (standard_error > 0),
  PRIMARY KEY (experiment_id, variant)
);
CREATE INDEX finished_effect_newest ON stats.finished_effect (organisation_id, finished_at DESC);
SELECT platform.protect('stats.finished_effect');
