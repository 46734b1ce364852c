import { createHmac } from 'node:crypto';
import { createContextHandle, unitOf, unsignedToken, type TokenAssignment } from '@stitchd/core';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';

const environmentId = 'e-1';
const secret = Buffer.alloc(32, 7);

/** The entity by which an environment tells its secret to servers. */
const signingEntity: FixtureEntity = {
  kind: 'environment',
  id: environmentId,
  revision: 1,
  body: { key: 'environment', signingSecret: secret.toString('base64url') },
};

/** The unit of a split, found wherever the split is in definitions. */
function unitOfSplit(
  definitions: unknown,
  splitId: string,
): { readonly contextKind: string; readonly attribute: string | undefined } | undefined {
  if (typeof definitions !== 'object' || definitions === null) return undefined;
  const { id, contextKind, attribute } = definitions as { readonly [name: string]: unknown };
  if (id === splitId && typeof contextKind === 'string')
    return { contextKind, attribute: typeof attribute === 'string' ? attribute : undefined };
  for (const part of Object.values(definitions)) {
    const found = unitOfSplit(part, splitId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The token that stands for a question's assignments, as if this very context had been given them before. */
function assignmentsToken({ context }: Question, definitions: readonly FixtureEntity[]): string | null {
  const handle = createContextHandle(context);
  const units: Record<string, string> = {};
  const given: [string, TokenAssignment][] = [];
  for (const [splitId, { iterationId, variant }] of Object.entries(context.assignments ?? {})) {
    const unit = unitOfSplit(definitions, splitId) ?? { contextKind: 'user', attribute: undefined };
    const name = unit.attribute === undefined ? unit.contextKind : `${unit.contextKind}/${unit.attribute}`;
    const key = unitOf(handle, unit);
    if (key !== undefined) units[name] = key;
    given.push([splitId, [iterationId, variant, name]]);
  }
  const payload = { v: 1, env: environmentId, exp: 2 ** 52, units, a: Object.fromEntries(given) } as const;
  const unsigned = given.length === 0 ? undefined : unsignedToken('assignments', payload);
  return unsigned?.sign(createHmac('sha256', secret).update(unsigned.signedText).digest()) ?? null;
}

/** A fixture's definitions as the servers of an environment hold them: with its secret. */
export function withSigning(definitions: readonly FixtureEntity[] | null): readonly FixtureEntity[] {
  return [...(definitions ?? []).filter(({ kind }) => kind !== signingEntity.kind), signingEntity];
}

/** What a page asks for its values: of its assignments only those are believed that are signed. */
export function pageQuestion(question: Question, definitions: readonly FixtureEntity[]): object {
  const { assignments: _given, ...context } = question.context;
  return { context, assignments: assignmentsToken(question, definitions) };
}
