import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';

/** UTF-16 units that text with a meaning of its own may have in a context that is sent. */
const maxTextLength = 1_024;

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= maxTextLength;
}

function isAssignments(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (one: unknown) => typeof one === 'object' && one !== null && 'iterationId' in one && 'variant' in one,
  );
}

/** Whether objects anywhere in a value have a name that could change a prototype: the gateway takes no such JSON. */
function poisons(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  return Object.values(value).some(poisons);
}

/** Why a question can't be sent to the gateway: what SDKs take as missing or pass over, the gateway refuses and says so. */
export function cannotSend({ context }: Question, definitions: readonly FixtureEntity[] | null): string | undefined {
  if (definitions === null) return 'the gateway answers nothing before its first definitions';
  const { targetingKey, kind, assignments } = context as { readonly [name: string]: unknown };
  if (targetingKey !== undefined && !isText(targetingKey)) return 'targetingKey is no text';
  if (kind !== undefined && (!isText(kind) || kind === '')) return 'kind is no text';
  if (assignments !== undefined && !isAssignments(assignments)) return 'assignments are none';
  return poisons(context) ? 'a name that could change a prototype' : undefined;
}
