import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './gen/schema.ts';
import { RestProblem, type ProblemDocument } from './rest-problem.ts';
import type { Restored } from './restored.ts';

export { RestProblem } from './rest-problem.ts';
export type { components, paths } from './gen/schema.ts';

/** Schemas of the API by name, such as `Schemas['Flag']`. */
export type Schemas = components['schemas'];
export type RestClient = Client<paths>;

export interface RestClientOptions {
  /** Where the gateway answers; empty in a browser on the same origin. */
  readonly url: string;
  /** The access or API token to send, asked before each request; undefined: none. */
  readonly token?: () => string | undefined;
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A typed client: `client.GET('/v1/projects/{project}/flags', …)`. */
export function createRestClient(options: RestClientOptions): RestClient {
  const client = createClient<paths>({ baseUrl: options.url, ...(options.fetch && { fetch: options.fetch }) });
  client.use({
    onRequest({ request }) {
      const token = options.token?.();
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
      return request;
    },
  });
  return client;
}

/**
 * The data of an answer.
 * @throws RestProblem where the API refused, and where nothing answered
 */
export async function answered<T>(
  asked: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>,
): Promise<Restored<T>> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    throw new RestProblem(0, { code: 'UNREACHABLE', detail: `The server does not answer: ${reasonOf(cause)}` });
  });
  if (!response.ok)
    throw new RestProblem(response.status, typeof error === 'object' && error !== null ? (error as ProblemDocument) : {});
  return data as Restored<T>;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
