import type { Assignments } from '@stitchd/core';
import { contextOf } from '../evaluation/client-reads.ts';
import type { ContextInput } from '../evaluation/read-options.ts';
import {
  assignmentsFromCookie,
  bootstrapForWeb,
  type BootstrapOptions,
  type BootstrapParts,
  type WebBootstrap,
} from './bootstrap-for-web.ts';

/** What servers that render pages need of a client. */
export interface WebRendering {
  /**
   * Values for `@stitchd/web` to start from: of client-visible flags, for one context, and no rule. It exposes nobody:
   * reading them in the page does; where the environment says that deliveries expose, it exposes and reading them does not. Waits for definitions and for memberships as `prepare` does, and never rejects.
   *
   * @returns undefined where there are no definitions: the page then asks by itself
   */
  bootstrap(context: ContextInput, options?: BootstrapOptions): Promise<WebBootstrap | undefined>;
  /**
   * The variants that sticky splits gave this visitor before, from the cookie that `@stitchd/web` keeps: put them into the
   * context as `assignments`. Believed only where their signature holds and they are of this context. Never rejects.
   *
   * @param cookieHeader - the request's `Cookie` header
   */
  assignmentsFromCookie(cookieHeader: string | null | undefined, context: ContextInput): Promise<Assignments | undefined>;
}

/** @returns the methods, of which none rejects */
export function createWebRendering(parts: BootstrapParts): WebRendering {
  const guarded = async <T>(work: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      parts.onTrouble(`a page could not be prepared: ${String(error)}`);
      return undefined;
    }
  };
  return {
    bootstrap: (context, options) => guarded(() => bootstrapForWeb(contextOf(context), options ?? {}, parts)),
    assignmentsFromCookie: (cookieHeader, context) =>
      guarded(() => assignmentsFromCookie(cookieHeader, contextOf(context), parts)),
  };
}
