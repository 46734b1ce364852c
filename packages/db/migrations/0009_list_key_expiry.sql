-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0009_list_key_expiry', '0.1.0');

-- From then on the key is in its list no more; absent: it stays. What is published follows when segmentation-service takes it out.
ALTER TABLE segment.list_key ADD COLUMN expires_at timestamptz(3);
CREATE INDEX list_key_expiry ON segment.list_key (expires_at) WHERE expires_at IS NOT NULL;

-- Before the tenant is known: lists that hold keys whose time has passed, those that wait longest first.
CREATE POLICY lookup ON segment.list_key FOR SELECT TO stitchd_lookup USING (expires_at IS NOT NULL);
GRANT SELECT (segment_id, organisation_id, expires_at) ON segment.list_key TO stitchd_lookup;
CREATE FUNCTION segment.lists_with_expired_keys(keys_looked_at integer)
  RETURNS TABLE (organisation_id uuid, segment_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT expired.organisation_id, expired.segment_id
    FROM (
      SELECT organisation_id, segment_id, expires_at FROM segment.list_key
      WHERE expires_at <= now() ORDER BY expires_at LIMIT keys_looked_at
    ) AS expired
    GROUP BY expired.organisation_id, expired.segment_id
    ORDER BY min(expired.expires_at)
  $$;
ALTER FUNCTION segment.lists_with_expired_keys(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION segment.lists_with_expired_keys(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION segment.lists_with_expired_keys(integer) TO stitchd_app;
