import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousViolations } from '../support/admin-pages.ts';
import { scope, type AdminUi } from './admin-ui.ts';

const demoExperiment = 'checkout-button-colour';

export function everyPage(ui: () => AdminUi): void {
  describe('Every page', () => {
    const pages = [
      ['Home', ''],
      ['Flags', '/flags'],
      ['New checkout', '/flags/new-checkout'],
      ['Segments', '/segments'],
      ['Experiments', '/experiments'],
      ['Checkout button colour', `/experiments/${demoExperiment}`],
      ['Purchase rate', `/experiments/${demoExperiment}/metrics/purchase-rate`],
      ['New experiment', '/new-experiment'],
      ['Layers', '/layers'],
      ['Holdouts', '/holdouts'],
      ['Black week', '/holdouts/black-week'],
      ['Metrics & events', '/metrics'],
      ['Metrics & events', '/metrics?tab=events'],
      ['Metrics & events', '/metrics?tab=live'],
      ['Metrics & events', '/metrics?tab=contexts'],
      ['Metrics & events', '/metrics?tab=transfer'],
      ['New checkout', '/flags/new-checkout?tab=usage'],
      ['Purchase', '/metrics/events/purchase'],
      ['Revenue per visitor', '/metrics/revenue-per-visitor'],
      ['Activity', '/activity'],
      ['Settings', '/settings'],
      ['Settings', '/settings?tab=events'],
    ] as const;

    /** Of the themes only the colours differ: what else there is to find is looked for once. */
    const violationsIn = async (page: Page): Promise<readonly string[]> => {
      const turn = async (colorScheme: 'light' | 'dark'): Promise<void> => {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        // Colours that are still changing are nobody's.
        await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      };
      await turn('light');
      const found = await seriousViolations(page);
      await turn('dark');
      return [...found, ...(await seriousViolations(page, ['color-contrast']))];
    };

    test('can be read and used by everybody in both themes', async () => {
      // Blank: to leave a page while it renews the session would end the session.
      const page = await ui().open('about:blank');
      const found: string[] = [];
      for (const [title, path] of pages) {
        await page.goto(ui().addressOf(`${scope}${path}`));
        await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
        await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
        expect(await page.title()).toBe(`${title} · Stitchd`);
        found.push(...(await violationsIn(page)).map((violation) => `${title}: ${violation}`));
        const create = page.locator('[data-shortcut="create"]');
        if ((await create.count()) === 0) continue;
        // A page of its own is in the list above.
        if ((await create.getAttribute('href')) !== null) continue;
        await create.click();
        await page.getByRole('dialog').waitFor();
        found.push(...(await violationsIn(page)).map((violation) => `${title}, creating: ${violation}`));
      }
      expect(found).toEqual([]);
    });

    test('asks nobody but the product', () => {
      expect(ui().asked).toEqual([]);
    });
  });
}
