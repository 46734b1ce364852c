import { answered, createRestClient, type RestClient } from '@stitchd/rest-client';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

export const scope = '/projects/demo/development';
export const inEnvironment = { path: { project: 'demo', environment: 'development' } };

/** The demo in a browser: one product and one sign-in serve all that is looked at. */
export interface AdminUi {
  readonly product: Product;
  readonly rest: RestClient;
  /** A page of the first administrator. */
  readonly open: (path: string) => Promise<Page>;
  /** A browser of its own, without anybody's cookies. */
  readonly newContext: () => Promise<BrowserContext>;
  readonly addressOf: (path: string) => string;
  /** What any page asked for elsewhere than at the product. */
  readonly asked: readonly string[];
  readonly closePages: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openAdminUi(): Promise<AdminUi> {
  const [product, opened] = await Promise.all([startProduct({ mode: 'together', demo: true }), openBrowser()]);
  const addressOf = (path: string): string => new URL(path, product.signInUrl).href;
  const asked: string[] = [];
  const newContext = async (): Promise<BrowserContext> => {
    const made = await opened.browser.newContext({ viewport: { width: 1_280, height: 900 }, reducedMotion: 'reduce' });
    made.on('request', (request) => {
      if (!request.url().startsWith(addressOf('/')) && !request.url().startsWith('data:')) asked.push(request.url());
    });
    return made;
  };
  const context = await newContext();
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(addressOf(path));
    return page;
  };
  const first = await open(product.signInUrl);
  await first.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
  return {
    product,
    rest: createRestClient({ url: product.url, token: () => product.token }),
    open,
    newContext,
    addressOf,
    asked,
    closePages: async () => void (await Promise.all(context.pages().map((page) => page.close()))),
    async close() {
      await opened.close();
      await product.stop();
    },
  };
}

/** Lets a flag give out its two variants by percentage. */
export async function splitByChance(rest: RestClient, flag: string): Promise<void> {
  const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration';
  const path = { ...inEnvironment.path, flag };
  const { version } = await answered(rest.GET(route, { params: { path } }));
  const defaultServe = { split: { contextKind: 'user', weights: { on: 30_000, off: 70_000 } } };
  await answered(
    rest.PUT(route, {
      params: { path, header: { 'If-Match': `"${version}"` } },
      body: { document: { offVariant: 'off', defaultServe } },
    }),
  );
}
