import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const systemChromium = '/usr/bin/chromium';
/** The browser reaches this host and nothing else: whatever else a page asks for is not found. */
const thisHostOnly = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

export interface OpenBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Chromium of the system, else the one that an npm package ships, in a temporary folder of its own. */
export async function openBrowser(): Promise<OpenBrowser> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'stitchd-browser-'));
  const browser = await chromium.launch({
    executablePath: existsSync(systemChromium) ? systemChromium : await unpackedChromium(temporary),
    args: [thisHostOnly],
    env: { ...process.env, TMPDIR: temporary },
  });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** It unpacks to the temporary folder that the environment names when it is asked. */
async function unpackedChromium(temporary: string): Promise<string> {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
