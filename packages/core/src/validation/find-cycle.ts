import type { FlagConfiguration } from '../definitions/flag.ts';
import { type Reference, referencesOf } from '../definitions/references.ts';
import type { SegmentDefinition } from '../definitions/segment.ts';

/** By node the nodes that it needs. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** A cycle as the nodes on it, the first repeated at the end; `undefined` if there is none. Without recursion. */
function findCycle(graph: Graph): readonly string[] | undefined {
  const finished = new Set<string>();
  for (const start of graph.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const waiting: (readonly [node: string, leaving: boolean])[] = [[start, false]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, leaving] = next;
      if (leaving) {
        path.pop();
        onPath.delete(node);
        finished.add(node);
        continue;
      }
      if (onPath.has(node)) return [...path.slice(path.indexOf(node)), node];
      if (finished.has(node)) continue;
      path.push(node);
      onPath.add(node);
      waiting.push([node, true], ...(graph.get(node) ?? []).map((needed) => [needed, false] as const));
    }
  }
  return undefined;
}

function nodeOf({ kind, key }: Reference): string {
  return `${kind}:${key}`;
}

function keyOf(node: string): string {
  return node.slice(node.indexOf(':') + 1);
}

type KeyedFlag = FlagConfiguration & { readonly key: string };

function graphOf(flags: Iterable<KeyedFlag>, segments: Iterable<SegmentDefinition>): Graph {
  const graph = new Map<string, readonly string[]>();
  for (const flag of flags) graph.set(`flag:${flag.key}`, referencesOf(flag).map(nodeOf));
  for (const segment of segments) graph.set(`segment:${segment.key}`, referencesOf(segment).map(nodeOf));
  return graph;
}

/**
 * A cycle of flags that need each other, as prerequisites, by `flagIs`, or by `flagIs` in segments that they use. Its flags'
 * keys in order, the first repeated at the end; `undefined` if there is none.
 */
export function findPrerequisiteCycle(
  flags: Iterable<KeyedFlag>,
  segments: Iterable<SegmentDefinition> = [],
): readonly string[] | undefined {
  const cycle = findCycle(graphOf(flags, segments));
  const keys = cycle?.filter((node) => node.startsWith('flag:')).map(keyOf) ?? [];
  const [first] = keys;
  if (first === undefined) return undefined;
  return keys.at(-1) === first && keys.length > 1 ? keys : [...keys, first];
}

/** A cycle of segments within each other: keys in order, the first repeated at the end; `undefined` if there is none. */
export function findSegmentCycle(segments: Iterable<SegmentDefinition>): readonly string[] | undefined {
  const graph = graphOf([], segments);
  const segmentsOnly = [...graph].map(([node, needed]) => [node, needed.filter((one) => one.startsWith('segment:'))] as const);
  return findCycle(new Map(segmentsOnly))?.map(keyOf);
}
