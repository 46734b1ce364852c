-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0026_retention', '0.1.0');

-- When the rows of an environment were last looked through for those that are too old, by event-service.
CREATE TABLE event.retention_sweep (
  environment_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  project_id uuid NOT NULL,
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  -- Whose lease it is; a replica that lost its lease writes nothing.
  lease_token uuid
);
CREATE INDEX retention_sweep_due ON event.retention_sweep (due_at);
SELECT platform.protect('event.retention_sweep');

-- Before the tenant is known: takes the lease on the environments that are due, having met those that are new.
CREATE POLICY lookup_read ON event.retention_sweep FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup_add ON event.retention_sweep FOR INSERT TO stitchd_lookup WITH CHECK (true);
CREATE POLICY lookup_lease ON event.retention_sweep FOR UPDATE TO stitchd_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT (environment_id, organisation_id, project_id), UPDATE (leased_until, lease_token)
  ON event.retention_sweep TO stitchd_lookup;
CREATE FUNCTION event.claim_retention_sweeps(lease_ms integer, token uuid, most integer)
  RETURNS TABLE (environment_id uuid, organisation_id uuid, project_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    INSERT INTO event.retention_sweep (environment_id, organisation_id, project_id)
    SELECT known.environment_id, known.organisation_id, known.project_id FROM platform.environment_revision AS known
    WHERE NOT EXISTS (SELECT FROM event.retention_sweep AS met WHERE met.environment_id = known.environment_id)
    ON CONFLICT DO NOTHING;
    UPDATE event.retention_sweep AS claimed
    SET leased_until = clock_timestamp() + make_interval(secs => lease_ms / 1000.0), lease_token = token
    WHERE claimed.environment_id IN (
      SELECT due.environment_id FROM event.retention_sweep AS due
      WHERE due.due_at <= clock_timestamp() AND due.leased_until <= clock_timestamp()
      ORDER BY due.due_at LIMIT most
      FOR UPDATE SKIP LOCKED)
    RETURNING claimed.environment_id, claimed.organisation_id, claimed.project_id
  $$;
ALTER FUNCTION event.claim_retention_sweeps(integer, uuid, integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION event.claim_retention_sweeps(integer, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event.claim_retention_sweeps(integer, uuid, integer) TO stitchd_app;
