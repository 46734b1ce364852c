import type { ContextValues } from '@stitchd/core';
import type { Identity, Subject } from '../identity.ts';
import { createListeners, type Listeners } from '../listeners.ts';
import type { Platform } from '../platform/platform.ts';
import type { ResolvedWebOptions } from '../web-options.ts';
import type { CachedValues } from './cached-values.ts';
import { createHeldValues, type HeldValues, type ValuesSource } from './held-values.ts';
import { createValuesSync, type ValuesSync } from './values-sync.ts';

/** The values of whoever the page is for, kept up to date. */
export interface LiveValues {
  readonly held: Pick<HeldValues, 'values' | 'source' | 'find'>;
  /** Whose values are wanted. */
  readonly subject: () => Subject;
  /** Whose values are at hand; undefined: nobody's. */
  readonly heldFor: () => Subject | undefined;
  readonly changes: Listeners<readonly string[]>;
  /** Told when the readiness, the source or the connection changed. */
  readonly stirred: Listeners<undefined>;
  readonly connection: ValuesSync['connection'];
  readonly lastError: ValuesSync['lastError'];
  /** From now on the page is for somebody else; until their values are there, those at hand stay. */
  readonly change: (subject: Subject) => void;
  /** The visitor consented: the values at hand may be kept. */
  readonly persist: () => void;
  readonly close: () => void;
}

export function createLiveValues(parts: {
  readonly options: ResolvedWebOptions;
  readonly platform: Platform;
  readonly identity: Identity;
  readonly cache: CachedValues;
  /** Whether a delivery may expose the visitor, where the environment says that deliveries do. */
  readonly mayExpose: () => boolean;
}): LiveValues {
  const { options, platform, identity, cache } = parts;
  const held = createHeldValues();
  const changes = createListeners<readonly string[]>(options.logger);
  const stirred = createListeners<undefined>(options.logger);
  const sync = createValuesSync({ ...options, platform, onState: () => stirred.tell(undefined) });
  let subject = identity.subject(options.context, options.contextToken);
  let heldFor: Subject | undefined;

  function take(values: ContextValues, source: ValuesSource, of: Subject): void {
    if (of !== subject) return;
    const isNews = heldFor !== of || held.source() !== source;
    heldFor = of;
    identity.keepAssignments(values.assignments);
    const changed = held.replace(values, source);
    if (source === 'server') cache.save(of.print, values);
    if (changed.length > 0) changes.tell(changed);
    if (isNews) stirred.tell(undefined);
  }

  function follow(of: Subject): void {
    if (!platform.isBrowser || sync.connection() === 'closed') return;
    const present = (): ContextValues | undefined => (heldFor === of ? held.values() : undefined);
    sync.follow({
      gateway: options,
      fetch: platform.fetch,
      body: () => requestBody(of, identity.assignments(), parts.mayExpose()),
      etag: () => present()?.etag,
      onValues: (values) => take(values, 'server', of),
      onConfirmed() {
        const values = present();
        if (values !== undefined) take(values, 'server', of);
      },
    });
  }

  const { bootstrap } = options;
  const first = bootstrap ?? cache.load(subject.print);
  if (first !== undefined) take(first, bootstrap === undefined ? 'cache' : 'bootstrap', subject);
  if (bootstrap === undefined) follow(subject);
  else {
    const rendered = subject;
    // The page is painted from the bootstrap before anything is asked for.
    platform.afterPaint(() => {
      if (rendered === subject) follow(subject);
    });
  }
  return {
    held,
    subject: () => subject,
    heldFor: () => heldFor,
    changes,
    stirred,
    connection: sync.connection,
    lastError: sync.lastError,
    change(next) {
      subject = next;
      follow(next);
    },
    persist() {
      const values = held.values();
      if (values !== undefined && heldFor !== undefined) cache.save(heldFor.print, values);
    },
    close: sync.close,
  };
}

function requestBody({ json, contextToken }: Subject, assignments: string | undefined, mayExpose: boolean): string {
  const token = contextToken === undefined ? '' : `,"contextToken":${JSON.stringify(contextToken)}`;
  const kept = assignments === undefined ? '' : `,"assignments":${JSON.stringify(assignments)}`;
  return `{"context":${json}${token}${kept}${mayExpose ? '' : ',"exposure":false'}}`;
}
