import type { KeptText, Platform } from './platform.ts';

export const deviceName = 'stitchd_device';
export const assignmentsName = 'stitchd_assignments';
const prefix = 'stitchd_';

/** What is remembered between visits, where the visitor consents and the browser plays along. Never throws. */
export interface Memory {
  readonly get: (name: string) => string | undefined;
  /** Answers false where it could not be kept, as in a full storage. */
  readonly set: (name: string, text: string) => boolean;
  readonly remove: (name: string) => void;
  /** Names that begin like this. */
  readonly names: (beginning: string) => readonly string[];
  /** Also for servers, by cookie. */
  readonly share: (name: string, text: string | undefined) => void;
  /** What was shared, or is told to servers by a cookie. */
  readonly shared: (name: string) => string | undefined;
  /** From now on something may be kept, or everything is forgotten. */
  readonly setConsent: (granted: boolean) => void;
}

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    // Private windows, full storages and blocked cookies: then nothing is remembered.
    return undefined;
  }
};

export function createMemory({ storage, cookies }: Pick<Platform, 'storage' | 'cookies'>, consent: boolean): Memory {
  let granted = consent;
  const get = (from: KeptText | undefined, name: string): string | undefined =>
    granted ? (attempt(() => from?.get(name)) ?? undefined) : undefined;
  const set = (to: KeptText | undefined, name: string, text: string): boolean =>
    granted &&
    to !== undefined &&
    attempt(() => {
      to.set(name, text);
      return true;
    }) === true;
  const remove = (from: KeptText | undefined, name: string): void => {
    attempt(() => from?.remove(name));
  };
  const names = (of: KeptText | undefined, beginning: string): readonly string[] =>
    attempt(() => of?.names().filter((name) => name.startsWith(beginning))) ?? [];
  return {
    get: (name) => get(storage, name),
    set: (name, text) => set(storage, name, text),
    remove: (name) => remove(storage, name),
    names: (beginning) => (granted ? names(storage, beginning) : []),
    share(name, text) {
      for (const place of [storage, cookies]) {
        if (text === undefined) remove(place, name);
        else set(place, name, text);
      }
    },
    shared: (name) => get(storage, name) ?? get(cookies, name),
    setConsent(next) {
      granted = next;
      if (next) return;
      for (const place of [storage, cookies]) for (const name of names(place, prefix)) remove(place, name);
    },
  };
}
