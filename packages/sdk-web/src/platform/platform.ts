/** Where text is kept between visits. Each method may throw, as browsers' do. */
export interface KeptText {
  readonly get: (name: string) => string | null;
  readonly set: (name: string, text: string) => void;
  readonly remove: (name: string) => void;
  readonly names: () => readonly string[];
}

/** What differs between a browser, a server that renders, and a test. */
export interface Platform {
  /** `false` on a server: values are read from the bootstrap, and nothing is sent. */
  readonly isBrowser: boolean;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  /** `localStorage`; undefined where there is none. */
  readonly storage: KeptText | undefined;
  /** Cookies of the page; undefined where there are none. */
  readonly cookies: KeptText | undefined;
  readonly isHidden: () => boolean;
  /** Calls back when the page is shown, hidden, or about to go away. */
  readonly onVisibility: (listener: (event: 'shown' | 'hidden' | 'leaving') => void) => () => void;
  /** Calls back when the network is there again. */
  readonly onOnline: (listener: () => void) => () => void;
  /** Calls back once the page has had the chance to paint. */
  readonly afterPaint: (then: () => void) => void;
}
