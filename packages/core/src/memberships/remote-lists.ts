import type { CompiledDefinitions, RemoteList } from '../evaluation/compiled-definitions.ts';

const none: ReadonlyMap<string, RemoteList> = new Map();
const known = new WeakMap<CompiledDefinitions, ReadonlyMap<string, RemoteList>>();

/** The lists whose memberships must be asked for, by segment key. Found once for each state of the definitions. */
export function remoteLists(compiled: CompiledDefinitions | undefined): ReadonlyMap<string, RemoteList> {
  if (compiled === undefined) return none;
  const found = known.get(compiled);
  if (found !== undefined) return found;
  const lists = [...compiled.segments.values()].flatMap(({ remote }) => remote ?? []);
  const bySegment = lists.length === 0 ? none : new Map(lists.map((list) => [list.segment, list]));
  known.set(compiled, bySegment);
  return bySegment;
}
