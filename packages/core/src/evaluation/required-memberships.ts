import { attributeReader } from '../context/attribute-reader.ts';
import { ContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { unitText } from '../context/unit-text.ts';
import type { CompiledDefinitions } from './compiled-definitions.ts';

/** A membership that must be looked up elsewhere before a flag can be evaluated wholly. */
export interface RequiredMembership {
  readonly segment: string;
  readonly contextKind: string;
  readonly key: string;
}

/** Remote list segments that a flag reaches, by segment key the kind that they list. */
function remoteSegments(compiled: CompiledDefinitions, flagKey: string): ReadonlyMap<string, string> {
  const remote = new Map<string, string>();
  const reached = new Set([`flag:${flagKey}`]);
  // A set's iteration goes on to what is added meanwhile, and takes nothing twice.
  for (const name of reached) {
    const [kind = ''] = name.split(':', 1);
    const key = name.slice(kind.length + 1);
    const definition = kind === 'flag' ? compiled.flags.get(key) : compiled.segments.get(key);
    for (const reference of definition?.references ?? []) {
      if (reference.kind !== 'holdout') reached.add(`${reference.kind}:${reference.key}`);
    }
    const remoteKind = kind === 'segment' ? compiled.segments.get(key)?.remoteKind : undefined;
    if (remoteKind !== undefined) remote.set(key, remoteKind);
  }
  return remote;
}

/**
 * The memberships that evaluating a flag for a context may need and that are not held locally, those that a handle brings
 * along left out. Pass their answers as `memberships`. Empty for an unknown flag. Never throws.
 */
export function requiredMemberships(
  compiled: CompiledDefinitions,
  flagKey: string,
  context: EvaluationContext | ContextHandle,
): readonly RequiredMembership[] {
  const remote = remoteSegments(compiled, flagKey);
  if (remote.size === 0) return [];
  const view = ContextHandle.is(context) ? context : resolveContext(context);
  const known = ContextHandle.is(context) ? context.memberships : undefined;
  return [...remote].flatMap(([segment, contextKind]) => {
    const key = unitText(attributeReader(contextKind, 'key')(view));
    return key === undefined || known?.has(segment) === true ? [] : [{ segment, contextKind, key }];
  });
}
