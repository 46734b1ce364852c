import { webLimits } from '../web-limits.ts';
import type { KeptText, Platform } from './platform.ts';

/** The page's own cookies, of its own host. */
function pageCookies(page: Document): KeptText {
  const secure = page.location.protocol === 'https:' ? '; Secure' : '';
  const write = (name: string, text: string, seconds: number): void => {
    page.cookie = `${name}=${encodeURIComponent(text)}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
  };
  const all = (): readonly (readonly [string, string])[] =>
    page.cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
  return {
    get(name) {
      const found = all().find(([known]) => known === name);
      return found === undefined ? null : decodeURIComponent(found[1]);
    },
    set: (name, text) => write(name, text, webLimits.cookieSeconds),
    remove: (name) => write(name, '', 0),
    names: () => all().map(([name]) => name),
  };
}

/** @returns undefined where the browser refuses storage, as in some frames */
function localStorageOf(page: Window): KeptText | undefined {
  try {
    const { localStorage } = page;
    return {
      get: (name) => localStorage.getItem(name),
      set: (name, text) => localStorage.setItem(name, text),
      remove: (name) => localStorage.removeItem(name),
      names: () => Object.keys(localStorage),
    };
  } catch {
    return undefined;
  }
}

function listenTo(target: EventTarget, name: string, listener: () => void): () => void {
  target.addEventListener(name, listener);
  return () => target.removeEventListener(name, listener);
}

/** The platform of this page; where there is none, as on a server that renders, one that does nothing in the background. */
export function browserPlatform(): Platform {
  const isBrowser = typeof window !== 'undefined' && typeof document !== 'undefined';
  const common = {
    // Called through the global, since browsers bind it to that, and applications instrument it.
    fetch: (...asked: Parameters<typeof fetch>) => fetch(...asked),
    nowMs: () => Date.now(),
    random: () => Math.random(),
    randomBytes: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
  const nothing = (): void => undefined;
  if (!isBrowser) {
    const never = { isHidden: () => false, onVisibility: () => nothing, onOnline: () => nothing, afterPaint: nothing };
    return { ...common, ...never, isBrowser, storage: undefined, cookies: undefined };
  }
  return {
    ...common,
    isBrowser,
    storage: localStorageOf(window),
    cookies: pageCookies(document),
    isHidden: () => document.visibilityState === 'hidden',
    onVisibility(listener) {
      const stops = [
        listenTo(document, 'visibilitychange', () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'shown')),
        listenTo(window, 'pagehide', () => listener('leaving')),
        // From the back-forward cache a page comes back without being loaded.
        listenTo(window, 'pageshow', () => listener('shown')),
      ];
      return () => stops.forEach((stop) => stop());
    },
    onOnline: (listener) => listenTo(window, 'online', listener),
    afterPaint(then) {
      // A hidden page paints nothing and gets no frame.
      if (document.visibilityState === 'hidden') setTimeout(then, 0);
      else requestAnimationFrame(() => void setTimeout(then, 0));
    },
  };
}
