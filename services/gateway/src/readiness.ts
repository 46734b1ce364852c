import type { Unready } from '@stitchd/service-kit';
import { readinessCacheMs } from './limits.ts';

export type AskReadiness = () => Promise<Readonly<Record<string, readonly string[]>>>;

/** What can't work, by service: names only, since reasons may tell of hosts. Asked at most once a second, whoever asks. */
export function createReadiness(
  unreadyPeers: () => Promise<Readonly<Record<string, Unready>>>,
  nowMs: () => number,
): AskReadiness {
  let asked: { readonly atMs: number; readonly answer: ReturnType<AskReadiness> } | undefined;
  const ask = async (): ReturnType<AskReadiness> =>
    Object.fromEntries(Object.entries(await unreadyPeers()).map(([service, unready]) => [service, Object.keys(unready)]));
  return () => {
    if (asked === undefined || nowMs() - asked.atMs >= readinessCacheMs) asked = { atMs: nowMs(), answer: ask() };
    return asked.answer;
  };
}
