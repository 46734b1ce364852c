import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Keeps asking until an answer is right; the last one tells why it never was. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (const deadline = Date.now() + 60_000; !isRight(answer) && Date.now() < deadline; answer = await ask())
    await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isRight(answer), JSON.stringify(answer)).toBe(true);
  return answer;
}

/** Fails where it does not come to be seen. */
export async function expectShown(locator: Locator): Promise<void> {
  await locator.waitFor();
  expect(await locator.isVisible()).toBe(true);
}

/** Switches by keyboard, once the page lets people. */
export async function pressSwitch(toggle: Locator): Promise<void> {
  await until(() => toggle.isEnabled(), Boolean);
  await toggle.press('Space');
}

/**
 * What axe finds grave, as one line each.
 * @param rules - only these; all where they are left out
 */
export async function seriousViolations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
  // In the page's world rather than as a script element, which its content security policy forbids.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(axeSource, 'utf8'));
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        readonly run: (options: object) => Promise<{
          readonly violations: readonly {
            readonly id: string;
            readonly impact: string;
            readonly nodes: readonly { readonly html: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run(only.length === 0 ? {} : { runOnly: { type: 'rule', values: only } });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html).join(' and ')}`);
  }, rules);
}
