import type { EvaluationContext } from '@stitchd/core';
import { uuidv7 } from '@stitchd/core';
import { assignmentsName, deviceName, type Memory } from './platform/memory.ts';
import type { Platform } from './platform/platform.ts';
import { deviceOf, readyContext, sentContext } from './web-context.ts';

/** Whose values are read, ready to be asked for. */
export interface Subject {
  /** With the device; as it is sent. */
  readonly context: EvaluationContext;
  readonly json: string;
  /** Stands for the context without telling it. */
  readonly print: string;
  readonly contextToken: string | undefined;
}

/** This browser, as it is known over visits, and what sticky splits gave it. */
export interface Identity {
  /** Adds the device; a context that is no JSON counts as empty. */
  readonly subject: (context: EvaluationContext, contextToken: string | undefined) => Subject;
  readonly assignments: () => string | undefined;
  /** Keeps the token for later visits and for servers. Null: the server has nothing to keep. */
  readonly keepAssignments: (token: string | null) => void;
  /** The visitor consented just now: what was only in memory is kept. */
  readonly persist: () => void;
}

const maxDeviceLength = 256;

/** @param onUnusable - told of a context that is no JSON */
export function createIdentity(platform: Platform, memory: Memory, onUnusable: () => void): Identity {
  let device = memory.shared(deviceName);
  let assignments = memory.shared(assignmentsName);

  const use = (next: string): string => {
    device = next;
    if (next.length <= maxDeviceLength) memory.share(deviceName, next);
    return next;
  };
  const ownDevice = (): string => device ?? use(uuidv7(platform.nowMs(), platform.randomBytes(10)));
  // The cookie is renewed with each visit: browsers forget it after 400 days.
  if (device !== undefined) use(device);

  /** Undefined for a context that is no JSON, or can't be read. */
  const subjectOf = (asked: EvaluationContext, contextToken: string | undefined): Subject | undefined => {
    try {
      // A server that named the device has set it up already: this browser goes on under that name.
      const named = deviceOf(asked);
      const context = sentContext(asked, named === undefined ? ownDevice() : use(named));
      return { context, ...readyContext(context), contextToken };
    } catch {
      return undefined;
    }
  };

  return {
    subject(asked, contextToken) {
      // Nobody is signed in where an application passes on the null that it has.
      const subject = subjectOf((asked as EvaluationContext | null | undefined) ?? {}, contextToken);
      if (subject !== undefined) return subject;
      onUnusable();
      const nobody = sentContext({}, ownDevice());
      return { context: nobody, json: JSON.stringify(nobody), print: '', contextToken };
    },
    assignments: () => assignments,
    keepAssignments(token) {
      if (token === null || token === assignments) return;
      assignments = token;
      memory.share(assignmentsName, token);
    },
    persist() {
      if (device !== undefined) use(device);
      if (assignments !== undefined) memory.share(assignmentsName, assignments);
    },
  };
}
