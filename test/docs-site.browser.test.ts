import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, type OpenBrowser } from './support/browser.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

let site: string;
let server: Server;
let opened: OpenBrowser;

/** Builds it as `npm run docs` does, in a process of its own: a test's NODE_ENV would make another site. */
async function buildSite(into: string): Promise<void> {
  const program = path.join(root, 'node_modules/vitepress/bin/vitepress.js');
  const child = spawn(process.execPath, [program, 'build', 'docs', '--outDir', into], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  if (exitCode !== 0) throw new Error(`the site was not built: ${String(exitCode)}`);
}

/** Serves the built folder as any web server would that tries `.html`. */
function serve(directory: string): Promise<Server> {
  const made = createServer((request, response) => {
    const asked = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    const name = asked.endsWith('/') ? `${asked}index.html` : path.extname(asked) === '' ? `${asked}.html` : asked;
    readFile(path.join(directory, path.normalize(name))).then(
      (bytes) => response.writeHead(200, { 'content-type': types[path.extname(name)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
}

describe('The documentation site', () => {
  beforeAll(async () => {
    site = await mkdtemp(path.join(os.tmpdir(), 'stitchd-docs-'));
    await buildSite(site);
    server = await serve(site);
    opened = await openBrowser();
  });

  afterAll(async () => {
    await opened?.close();
    server?.close();
    await rm(site, { recursive: true, force: true });
  });

  const address = (page: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${page}`;

  test('loads nothing from elsewhere, on any kind of page, and without an error', async () => {
    const page = await opened.browser.newPage();
    const [asked, errors]: [string[], string[]] = [[], []];
    page.on('request', (request) => void asked.push(request.url()));
    page.on('pageerror', (error) => void errors.push(error.message));
    page.on('requestfailed', (request) => {
      // The site fetches ahead; going to the next page gives that up.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') errors.push(`${request.url()} failed`);
    });
    for (const each of ['/', '/guide/quickstart', '/reference/rest/schemas', '/reference/limits', '/decisions/']) {
      await page.goto(address(each), { waitUntil: 'networkidle' });
      expect(await page.locator('h1').first().textContent(), each).not.toBe('404');
    }
    expect(asked.filter((url) => !url.startsWith(address('/')) && !url.startsWith('data:'))).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('finds a page by a word in it', async () => {
    const page = await opened.browser.newPage();
    await page.goto(address('/'), { waitUntil: 'networkidle' });
    await page.keyboard.press('Control+k');
    await page.locator('input[type="search"]').fill('IDEMPOTENCY_KEY_REUSED');
    const results = page.locator('.results');
    await expect.poll(() => results.textContent(), { timeout: 20_000 }).toContain('Problem codes');
    await page.close();
  });
});
