-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0047_delivery_figures', '0.1.0');

-- For operators, over all tenants: what waits to be sent, but for what a paused receiver keeps.
GRANT SELECT (created_at) ON auth.delivery TO stitchd_lookup;
GRANT SELECT (kind) ON auth.receiver TO stitchd_lookup;
CREATE FUNCTION auth.delivery_figures()
  RETURNS TABLE (kind text, waiting bigint, oldest_seconds double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT receiver.kind,
      count(*),
      extract(epoch FROM clock_timestamp() - min(delivery.created_at))::double precision
    FROM auth.delivery JOIN auth.receiver ON receiver.id = delivery.receiver_id
    WHERE delivery.state IN ('waiting', 'running') AND (receiver.paused_at IS NULL OR delivery.record_id IS NULL)
    GROUP BY receiver.kind
  $$;
ALTER FUNCTION auth.delivery_figures() OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION auth.delivery_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.delivery_figures() TO stitchd_app;
