import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** What is told of an experiment's results where many are told of. */
export interface StoredHeadline {
  readonly experimentId: string;
  /** Undefined until a computation has succeeded. */
  readonly result:
    | {
        readonly code: string;
        readonly headline: string;
        readonly advice: string;
        /** 0…1 of the plan; undefined without one. */
        readonly share: number | undefined;
        readonly units: number;
        /** Broken health checks, by their titles and causes. */
        readonly broken: readonly string[];
        readonly computedAt: Date;
        /** Whose results these are, counting from 1. */
        readonly iteration: number;
      }
    | undefined;
  /** Of the newest computation, where it failed. */
  readonly failure: string | undefined;
}

interface Row {
  readonly experiment_id: string;
  readonly code: string | null;
  readonly headline: string | null;
  readonly advice: string | null;
  readonly share: number | null;
  readonly units: number | null;
  readonly broken: readonly string[] | null;
  readonly computed_at: Date | null;
  readonly iteration: number | null;
  readonly failure: string | null;
}

/** Of the newest results of each; an experiment that has none, and whose newest computation did not fail, is left out. */
export async function headlinesOf(
  tx: Tx,
  { environmentId, experimentIds }: { readonly environmentId: string; readonly experimentIds: readonly string[] },
): Promise<readonly StoredHeadline[]> {
  const { rows } = await sql<Row>`
    select asked.id as experiment_id, newest.*, job.failure from unnest(${[...experimentIds]}::uuid[]) as asked (id)
    left join lateral (
      select results #>> '{decision,code}' as code, results #>> '{decision,headline}' as headline,
        results #>> '{decision,advice}' as advice, (results #>> '{sequential,share}')::double precision as share,
        (select sum((arm ->> 'units')::double precision) from jsonb_array_elements(results -> 'arms') as arm) as units,
        (select jsonb_agg((health ->> 'title') || ': ' || (health ->> 'cause'))
          from jsonb_array_elements(results -> 'health') as health where health ->> 'status' = 'broken') as broken,
        computed_at, iteration
      from stats.result where environment_id = ${environmentId} and experiment_id = asked.id
      order by iteration desc, job_id desc limit 1) as newest on true
    left join lateral (
      select case when state = 'failed' then error_message end as failure
      from stats.stats_jobs where environment_id = ${environmentId} and experiment_id = asked.id and kind = 'results'
      order by iteration desc, id desc limit 1) as job on true
    where newest.computed_at is not null or job.failure is not null`.execute(tx);
  return rows.map((row) => ({
    experimentId: row.experiment_id,
    result: row.computed_at === null ? undefined : resultOf(row, row.computed_at),
    failure: row.failure ?? undefined,
  }));
}

function resultOf(row: Row, computedAt: Date): StoredHeadline['result'] {
  return {
    code: row.code ?? '',
    headline: row.headline ?? '',
    advice: row.advice ?? '',
    share: row.share ?? undefined,
    units: row.units ?? 0,
    broken: row.broken ?? [],
    computedAt,
    iteration: row.iteration ?? 0,
  };
}
