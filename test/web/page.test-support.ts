import { createStitchd, type StitchdWebClient, type StitchdWebOptions } from '@stitchd/web';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { pageOf, renderingsOfColour, suspendedPageOf } from './hydrated-page.test-support.ts';

/** What the tests drive a page by. */
export interface TestPage {
  client: StitchdWebClient;
  open: (options: StitchdWebOptions) => StitchdWebClient;
  hydrate: (options: StitchdWebOptions) => readonly string[];
  suspend: (options: StitchdWebOptions) => void;
  renderingsOfColour: () => number;
  /** What reached the page as an error that nobody handled. */
  errors: string[];
}

function rootOfPage(): Element {
  const root = document.querySelector('#root');
  if (root === null) throw new Error('the page has no root');
  return root;
}

const page: Omit<TestPage, 'client'> & { client?: StitchdWebClient } = {
  errors: [],
  open(options) {
    page.client = createStitchd({ flushIntervalMs: 20, ...options });
    return page.client;
  },
  hydrate(options) {
    const mismatches: string[] = [];
    hydrateRoot(rootOfPage(), pageOf(page.open(options)), { onRecoverableError: (error) => void mismatches.push(String(error)) });
    return mismatches;
  },
  suspend: (options) => createRoot(rootOfPage()).render(suspendedPageOf(page.open(options))),
  renderingsOfColour,
};

Object.assign(globalThis, { page });
for (const name of ['error', 'unhandledrejection'])
  addEventListener(name, (event) => void page.errors.push(String('reason' in event ? event.reason : event)));
