import { attributeReader } from '../context/attribute-reader.ts';
import { ContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { unitText } from '../context/unit-text.ts';
import { remoteLists } from '../memberships/remote-lists.ts';
import type { CompiledDefinitions, RemoteList } from './compiled-definitions.ts';

/** A membership that must be looked up elsewhere before a flag can be evaluated wholly. */
export interface RequiredMembership {
  readonly segment: string;
  readonly contextKind: string;
  readonly key: string;
}

/** Remote list segments that flags reach. */
function reachedLists(compiled: CompiledDefinitions, flagKeys: Iterable<string>): readonly RemoteList[] {
  const remote: RemoteList[] = [];
  const reached = new Set([...flagKeys].map((flagKey) => `flag:${flagKey}`));
  // A set's iteration goes on to what is added meanwhile, and takes nothing twice.
  for (const name of reached) {
    const [kind = ''] = name.split(':', 1);
    const key = name.slice(kind.length + 1);
    const segment = kind === 'segment' ? compiled.segments.get(key) : undefined;
    const definition = kind === 'flag' ? compiled.flags.get(key) : segment;
    for (const reference of definition?.references ?? []) {
      if (reference.kind !== 'holdout') reached.add(`${reference.kind}:${reference.key}`);
    }
    if (segment?.remote !== undefined) remote.push(segment.remote);
  }
  return remote;
}

/**
 * The memberships that evaluating a flag, or any of several, for a context may need and that are not held locally, each
 * once; those that a handle brings along are left out. Pass their answers as `memberships`. Empty for an unknown flag. Never
 * throws.
 */
export function requiredMemberships(
  compiled: CompiledDefinitions,
  flagKeys: string | Iterable<string>,
  context: EvaluationContext | ContextHandle,
): readonly RequiredMembership[] {
  if (remoteLists(compiled).size === 0) return [];
  const lists = reachedLists(compiled, typeof flagKeys === 'string' ? [flagKeys] : flagKeys);
  if (lists.length === 0) return [];
  const view = ContextHandle.is(context) ? context : resolveContext(context);
  const known = ContextHandle.is(context) ? context.memberships : undefined;
  return lists.flatMap(({ segment, contextKind }) => {
    const key = unitText(attributeReader(contextKind, 'key')(view));
    return key === undefined || known?.get(segment, key) !== undefined ? [] : [{ segment, contextKind, key }];
  });
}
