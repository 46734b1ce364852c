import type { Schemas } from '@stitchd/rest-client';

const methods = { boolean: 'boolean', string: 'string', integer: 'number', double: 'number', json: 'json' } as const;
const fallbacks = { boolean: 'false', string: "''", integer: '0', double: '0', json: '{}' } as const;

/** The lines by which a program asks for a flag. */
export function sdkSnippet(flag: Pick<Schemas['Flag'], 'key' | 'type'> | undefined, url: string): string {
  const { key, type } = flag ?? { key: 'my-flag', type: 'boolean' as const };
  return [
    "import { Stitchd } from '@stitchd/sdk';",
    '',
    `const client = await Stitchd.init({ url: '${url}', sdkKey: process.env.STITCHD_SDK_KEY });`,
    "const user = { targetingKey: 'user-1', plan: 'pro' };",
    '',
    `console.log(client.${methods[type]}Details('${key}', user, ${fallbacks[type]}));`,
    'await client.close();',
  ].join('\n');
}
