import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';

/** What a definition refers to by key. */
export interface Reference {
  readonly kind: 'flag' | 'segment' | 'holdout';
  readonly key: string;
}

function listIn(object: PlainObject, name: string): readonly unknown[] {
  const value = ownValue(object, name);
  return Array.isArray(value) ? value : [];
}

function reference(kind: Reference['kind'], key: unknown): readonly Reference[] {
  return typeof key === 'string' ? [{ kind, key }] : [];
}

/** Walks without recursion, so that no depth of nesting can exhaust the stack. */
function inCondition(condition: unknown): Reference[] {
  const found: Reference[] = [];
  const waiting: unknown[] = [condition];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!isPlainObject(next)) continue;
    // One by one: a call takes only so many arguments, and a list of any origin may be longer.
    for (const part of listIn(next, 'all')) waiting.push(part);
    for (const part of listIn(next, 'any')) waiting.push(part);
    waiting.push(ownValue(next, 'not'));
    found.push(...reference('segment', ownValue(next, 'inSegment')));
    const flagIs = ownValue(next, 'flagIs');
    if (isPlainObject(flagIs)) found.push(...reference('flag', ownValue(flagIs, 'flag')));
  }
  return found;
}

function inServe(serve: unknown): readonly Reference[] {
  if (!isPlainObject(serve)) return [];
  const split = ownValue(serve, 'split');
  const holder = isPlainObject(split) ? split : serve;
  return listIn(holder, 'holdouts').flatMap((cover) =>
    isPlainObject(cover) ? reference('holdout', ownValue(cover, 'holdout')) : [],
  );
}

/**
 * Everything that a flag (or its configuration) or a segment refers to, each once. Takes definitions of any origin and
 * passes over what it does not know.
 */
export function referencesOf(definition: unknown): readonly Reference[] {
  if (!isPlainObject(definition)) return [];
  const rules = listIn(definition, 'rules').filter(isPlainObject);
  const found = [
    ...listIn(definition, 'prerequisites').flatMap((one) => (isPlainObject(one) ? reference('flag', ownValue(one, 'flag')) : [])),
    ...rules.flatMap((rule) => [...inCondition(ownValue(rule, 'when')), ...inServe(ownValue(rule, 'serve'))]),
    ...inServe(ownValue(definition, 'defaultServe')),
    ...inCondition(ownValue(definition, 'when')),
  ];
  return [...new Map(found.map((one) => [`${one.kind}:${one.key}`, one])).values()];
}
