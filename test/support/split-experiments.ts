import { answered, type Schemas } from '@stitchd/rest-client';
import { shopEnvironment, shopProject, type Shop } from './shop.ts';

const place = { project: shopProject, environment: shopEnvironment };
const inEnvironment = '/v1/projects/{project}/environments/{environment}';

/** Experiments on splits in halves, each on a boolean flag with its own key, asked over REST as a person would. */
export function splitExperiments({ rest, createFlag, createEvent }: Shop) {
  const at = (experiment: string) => ({ path: { ...place, experiment } });
  const read = (key: string) => answered(rest.GET(`${inEnvironment}/experiments/{experiment}`, { params: at(key) }));
  const versioned = async (key: string) => ({
    ...at(key),
    header: { 'If-Match': `"${(await read(key)).version}"` },
  });
  return {
    read,
    /** A conversion by an event of the same key. */
    async createMetric(key: string): Promise<void> {
      await createEvent(key, 'none');
      const definition = { type: 'conversion' as const, event: key, windowHours: 0 };
      await answered(
        rest.POST('/v1/projects/{project}/metrics', {
          params: { path: { project: shopProject } },
          body: { key, name: key, definition },
        }),
      );
    },
    async draft(key: string, metric: string, more: Partial<Schemas['NewExperiment']> = {}): Promise<void> {
      const defaultServe = { split: { contextKind: 'user', weights: { on: 50_000, off: 50_000 } } };
      await createFlag(
        { key, name: key, type: 'boolean' },
        { offVariant: 'off', prerequisites: [], targets: [], rules: [], defaultServe },
      );
      const metrics = [{ key: metric, role: 'primary' as const }];
      const body = { key, flagKey: key, baselineVariant: 'off', metrics, ...more };
      await answered(rest.POST(`${inEnvironment}/experiments`, { params: { path: place }, body }));
    },
    start: async (key: string) => rest.POST(`${inEnvironment}/experiments/{experiment}/start`, { params: await versioned(key) }),
    changeWeights: async (key: string, on: number) =>
      rest.POST(`${inEnvironment}/experiments/{experiment}/weights`, {
        params: await versioned(key),
        body: {
          arms: [
            { variant: 'on', expectedMilliPercent: on },
            { variant: 'off', expectedMilliPercent: 100_000 - on },
          ],
        },
      }),
    stop: async (key: string, variant: string) =>
      rest.POST(`${inEnvironment}/experiments/{experiment}/stop`, { params: await versioned(key), body: { serve: { variant } } }),
    iterations: async (key: string) =>
      (await answered(rest.GET(`${inEnvironment}/experiments/{experiment}/iterations`, { params: at(key) }))).items,
    /** What the flag of an experiment serves by default. */
    async served(key: string): Promise<unknown> {
      const { document } = await answered(
        rest.GET(`${inEnvironment}/flags/{flag}/configuration`, { params: { path: { ...place, flag: key } } }),
      );
      return document.defaultServe;
    },
    /** Results that are computed now. */
    async results(kind: 'experiments' | 'holdouts', key: string) {
      const path = { ...place, experiment: key, holdout: key };
      const { id } =
        kind === 'experiments'
          ? await answered(rest.POST(`${inEnvironment}/experiments/{experiment}/results/recompute`, { params: { path } }))
          : await answered(rest.POST(`${inEnvironment}/holdouts/{holdout}/results/recompute`, { params: { path } }));
      for (;;) {
        const { state, errorMessage } = await answered(
          rest.GET(`${inEnvironment}/jobs/{job}`, { params: { path: { ...place, job: id } } }),
        );
        if (state === 'failed' || state === 'cancelled') throw new Error(`the computation ${state}: ${errorMessage}`);
        if (state === 'succeeded') break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { results } =
        kind === 'experiments'
          ? await answered(rest.GET(`${inEnvironment}/experiments/{experiment}/results`, { params: { path } }))
          : await answered(rest.GET(`${inEnvironment}/holdouts/{holdout}/results`, { params: { path } }));
      return results;
    },
    async startHoldout(key: string, metric: string): Promise<void> {
      const body = { key, shareMilliPercent: 20_000, metricKeys: [metric] };
      const { version } = await answered(rest.POST(`${inEnvironment}/holdouts`, { params: { path: place }, body }));
      const params = { path: { ...place, holdout: key }, header: { 'If-Match': `"${version}"` } };
      await answered(rest.POST(`${inEnvironment}/holdouts/{holdout}/start`, { params }));
    },
  };
}
