import type { Endpoint } from '../rest/endpoint.ts';
import { endpoints } from '../rest/endpoints.ts';
import { tags } from '../rest/tags.ts';
import { describeOperation } from './describe-operation.ts';
import { componentSchemas, type Json, type JsonRecord } from './json-schemas.ts';
import { tidyComponents } from './tidy-components.ts';

const description = `Feature flags and experiments.

- **Credentials**: people send an access token (sign in, then \`Authorization: Bearer …\`), programs an API token the same way;
  SDKs send their key as \`X-Stitchd-SDK-Key\` or as bearer.
- **Problems** are \`application/problem+json\` (RFC 9457) with a stable \`code\`; \`instance\` is the request id.
- **Lists** are pages: \`limit\`, \`cursor\`, and \`next_cursor\` in the answer.
- **Versions**: a resource has an \`ETag\`; a change sends it as \`If-Match\`. A change of an older version is refused with 412, and the
  problem holds the current state.
- **Repeating** a creation is safe with an \`Idempotency-Key\`.
- **Unknown fields** in a request are refused; answers may gain fields in later releases.`;

const securitySchemes = {
  accessToken: { type: 'http', scheme: 'bearer', description: 'An access token of a person, or an API token (`stat_…`).' },
  sdkKey: { type: 'apiKey', in: 'header', name: 'X-Stitchd-SDK-Key', description: 'An SDK key (`stsk_…` or `stck_…`).' },
  sdkKeyBearer: { type: 'http', scheme: 'bearer', description: 'The same SDK key as bearer.' },
} as const;

/** The OpenAPI 3.1 document of the REST interface, made of the same declarations that validate; nothing is started. */
export function createOpenApiDocument(): JsonRecord {
  const described: Record<string, Record<string, Json>> = {};
  for (const each of endpoints) (described[pathOf(each)] ??= {})[each.method.toLowerCase()] = describeOperation(each);
  const { paths, schemas } = tidyComponents(described, componentSchemas());
  return {
    openapi: '3.1.0',
    info: { title: 'Stitchd', version: '1', description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'The gateway that answered this document.' }],
    tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })),
    paths,
    components: { schemas, securitySchemes },
  };
}

function pathOf({ url }: Endpoint): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}
