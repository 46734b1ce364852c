-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0008_upkeep', '0.1.0');

CREATE INDEX definition_removed ON platform.definition (changed_at) WHERE removed;
CREATE INDEX outbox_age ON platform.outbox (created_at);

-- Before the tenant is known: organisations that have something to forget, by how long each kind of row is kept.
CREATE POLICY lookup ON platform.definition FOR SELECT TO stitchd_lookup USING (removed);
CREATE POLICY lookup ON platform.idempotency FOR SELECT TO stitchd_lookup USING (true);
CREATE POLICY lookup ON platform.outbox FOR SELECT TO stitchd_lookup USING (true);
GRANT SELECT (organisation_id, removed, changed_at) ON platform.definition TO stitchd_lookup;
GRANT SELECT (organisation_id, created_at) ON platform.idempotency TO stitchd_lookup;
GRANT SELECT (organisation_id, created_at) ON platform.outbox TO stitchd_lookup;
CREATE FUNCTION platform.organisations_with_old_rows(tombstone_days integer, idempotency_hours integer, outbox_days integer)
  RETURNS TABLE (organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT organisation_id FROM platform.definition
    WHERE removed AND changed_at < now() - make_interval(days => tombstone_days)
    UNION
    SELECT organisation_id FROM platform.idempotency WHERE created_at < now() - make_interval(hours => idempotency_hours)
    UNION
    SELECT organisation_id FROM platform.outbox WHERE created_at < now() - make_interval(days => outbox_days)
  $$;
ALTER FUNCTION platform.organisations_with_old_rows(integer, integer, integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION platform.organisations_with_old_rows(integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.organisations_with_old_rows(integer, integer, integer) TO stitchd_app;
