import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { tokenLimits, unsignedToken } from '@stitchd/core';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { problem } from '@stitchd/service-kit';
import { z } from 'zod';
import { overrideLinkSeconds } from '../../limits.ts';
import { signingOf } from '../../values/signed-tokens.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { keyField, timestampField } from '../fields.ts';

/** The parameter by which a link carries its token; applications read it and hand it to `client.context`. */
const queryParameter = 'stitchd_overrides';

const newOverrideLink = z
  .strictObject({
    flags: z.record(keyField, z.string().max(tokenLimits.textLength)).describe('By flag key: the variant to answer.'),
    expiresInSeconds: z
      .number()
      .int()
      .min(overrideLinkSeconds.least)
      .max(overrideLinkSeconds.most)
      .default(overrideLinkSeconds.default)
      .describe('From when on the link counts for nothing.'),
  })
  .meta({ id: 'NewOverrideLink', examples: [{ flags: { 'new-checkout': 'on' }, expiresInSeconds: 3_600 }] });

const overrideLink = z
  .object({
    token: z.string().describe('For `client.context(context, { overrides: token })`. Whoever has it sees these variants.'),
    query: z.string().describe('To append to an address of the application, behind `?` or `&`.'),
    expiresAt: timestampField,
  })
  .meta({ id: 'OverrideLink' });

export const overrideLinkEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/override-links',
    operationId: 'createOverrideLink',
    tag: 'Flags',
    summary: 'Make an override link',
    description:
      'A signed token with which somebody sees given variants, whatever the flags say for others, in applications that hand it to their SDK. It is stored nowhere and can not be taken back before it expires; the audit log keeps who made it. What is seen by it is exposed to no experiment and counted nowhere. It needs the permission `flag.write`.',
    access: 'people',
    body: newOverrideLink,
    status: 201,
    answer: overrideLink,
    problems: ['SERVICE_UNAVAILABLE'],
    async handle({ body, principal }, context) {
      if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      const expiresAtMs = context.nowMs() + body.expiresInSeconds * 1_000;
      const signing = signingOf(await context.definitions(principal));
      if (signing === undefined)
        throw problem('SERVICE_UNAVAILABLE', 'This environment has no secret to sign with yet; try again in a moment.');
      const payload = { v: 1, env: signing.environmentId, exp: expiresAtMs, flags: body.flags } as const;
      const unsigned = unsignedToken('overrides', payload);
      if (unsigned === undefined)
        throw problem('VALIDATION_FAILED', 'So many flags do not fit into a link.', {
          errors: [
            { path: '/flags', message: `must be shorter: a token has at most ${tokenLimits.characters.overrides} characters` },
          ],
        });
      // Before anything is signed, flag-service decides whether the caller may, and whether there are such variants.
      await context.call(Flags.method.recordOverrideLink, { flags: body.flags, expiresAt: timestampFromMs(expiresAtMs) });
      const token = signing.sign(unsigned);
      return {
        body: { token, query: `${queryParameter}=${token}`, expiresAt: new Date(expiresAtMs).toISOString() },
        headers: { 'cache-control': 'no-store' },
      };
    },
  }),
];
