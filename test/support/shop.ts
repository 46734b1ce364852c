import { answered, createRestClient, type RestClient, type Schemas } from '@stitchd/rest-client';
import type { Product } from './product.ts';

export const shopProject = 'shop';
export const shopEnvironment = 'development';
const inProject = { path: { project: shopProject } };
const inEnvironment = { path: { project: shopProject, environment: shopEnvironment } };

/** A project with what most stories need, made over REST as a person would. */
export interface Shop {
  readonly rest: RestClient;
  readonly serverKey: string;
  readonly createFlag: (flag: Schemas['NewFlag'], document?: Schemas['ConfigurationDocument']) => Promise<void>;
  readonly configure: (flag: string, document: Schemas['ConfigurationDocument']) => Promise<Schemas['Configuration']>;
  readonly setEnabled: (flag: string, enabled: boolean) => Promise<void>;
  readonly createKey: (key: Schemas['NewSdkKey']) => Promise<Schemas['CreatedSdkKey']>;
  readonly createEvent: (key: string, valueType: 'none' | 'boolean' | 'integer' | 'double') => Promise<void>;
}

export async function openShop(product: Product): Promise<Shop> {
  const rest = createRestClient({ url: product.url, token: () => product.token });
  await answered(rest.POST('/v1/projects', { body: { key: shopProject, name: 'Shop' } }));
  const configurationOf = (flag: string) => ({ params: { path: { ...inEnvironment.path, flag } } });
  const read = (flag: string) =>
    answered(rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', configurationOf(flag)));
  const withVersion = async (flag: string) => {
    const { version } = await read(flag);
    return { params: { ...configurationOf(flag).params, header: { 'If-Match': `"${version}"` } } };
  };
  const shop: Omit<Shop, 'serverKey'> = {
    rest,
    async createFlag(flag, document) {
      await answered(rest.POST('/v1/projects/{project}/flags', { params: inProject, body: flag }));
      if (document !== undefined) await shop.configure(flag.key, document);
      await shop.setEnabled(flag.key, true);
    },
    configure: async (flag, document) =>
      answered(
        rest.PUT('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', {
          ...(await withVersion(flag)),
          body: { document },
        }),
      ),
    async setEnabled(flag, enabled) {
      await answered(
        rest.POST('/v1/projects/{project}/environments/{environment}/flags/{flag}/enabled', {
          ...(await withVersion(flag)),
          body: { enabled },
        }),
      );
    },
    createKey: (body) =>
      answered(rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: inEnvironment, body })),
    async createEvent(key, valueType) {
      await answered(rest.POST('/v1/projects/{project}/events', { params: inProject, body: { key, name: key, valueType } }));
    },
  };
  const { secret } = await shop.createKey({ name: 'story', kind: 'server' });
  return { ...shop, serverKey: secret };
}

/** How much of the shop is in the event store, of items since so many days. */
export async function storedItems(
  shop: Shop,
  days = 1,
): Promise<{ readonly events: number; readonly exposures: number; readonly waiting: number }> {
  const dayMs = 86_400_000;
  const counts = await answered(
    shop.rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', {
      params: {
        ...inEnvironment,
        query: { from: new Date(Date.now() - days * dayMs).toISOString(), to: new Date(Date.now() + dayMs).toISOString() },
      },
    }),
  );
  const sum = (items: readonly { readonly items: number }[]): number => items.reduce((total, each) => total + each.items, 0);
  return { events: sum(counts.events), exposures: sum(counts.exposures), waiting: counts.waiting };
}
