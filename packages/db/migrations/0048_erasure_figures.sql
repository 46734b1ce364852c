-- Up Migration

INSERT INTO platform.schema_floor (migration, oldest_program) VALUES ('0048_erasure_figures', '0.1.0');

-- For operators, over all tenants: erasures that are not proven yet, those whose job has failed by themselves. One that failed is no
-- longer told when the same unit was erased by a later request.
CREATE INDEX erasure_unfinished ON event.erasure (requested_at) WHERE finished_at IS NULL;
CREATE POLICY lookup_read ON event.erasure FOR SELECT TO stitchd_lookup USING (true);
GRANT SELECT (environment_id, job_id, key_hash, requested_at, finished_at) ON event.erasure TO stitchd_lookup;
CREATE FUNCTION event.erasure_figures(overdue_hours integer)
  RETURNS TABLE (kind text, unfinished bigint, overdue bigint, oldest_seconds double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$
    SELECT CASE WHEN job.state IN ('waiting', 'running') THEN 'under-way' ELSE 'given-up' END AS kind,
      count(*),
      count(*) FILTER (WHERE erasure.requested_at < clock_timestamp() - make_interval(hours => overdue_hours)),
      extract(epoch FROM clock_timestamp() - min(erasure.requested_at))::double precision
    FROM event.erasure LEFT JOIN event.job ON job.id = erasure.job_id
    WHERE erasure.finished_at IS NULL AND NOT EXISTS (
      SELECT FROM event.erasure AS later
      WHERE later.environment_id = erasure.environment_id AND later.key_hash = erasure.key_hash
        AND later.requested_at >= erasure.requested_at AND later.finished_at IS NOT NULL)
    GROUP BY 1
  $$;
ALTER FUNCTION event.erasure_figures(integer) OWNER TO stitchd_lookup;
REVOKE EXECUTE ON FUNCTION event.erasure_figures(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event.erasure_figures(integer) TO stitchd_app;
