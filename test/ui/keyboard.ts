import { describe, expect, test } from 'vitest';
import { until } from '../support/admin-pages.ts';
import { scope, type AdminUi } from './admin-ui.ts';

export function keyboard(ui: () => AdminUi): void {
  describe('The keyboard', () => {
    test('Letters open the sections, a slash goes to the search, and a question mark lists them all', async () => {
      const page = await ui().open(scope);
      await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('f');
      await page.waitForURL(`**${scope}/flags`);
      await page.getByRole('heading', { level: 1, name: 'Flags', exact: true }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('limits');
      await page.waitForURL('**?q=limits');
      await until(
        () => page.getByRole('switch').count(),
        (count) => count === 2,
      );
      await page.keyboard.press('Escape');
      await page.locator('main').focus();
      await page.keyboard.press('?');
      expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).textContent()).toContain('Metrics & events');
    });

    test('A dialog keeps the focus, and gives it back to what opened it', async () => {
      const page = await ui().open(`${scope}/segments`);
      const button = page.getByRole('button', { name: 'New segment' });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      const isInside = () => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null);
      await until(isInside, Boolean);
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press('Tab');
        expect(await isInside()).toBe(true);
      }
      await page.keyboard.press('Escape');
      await until(() => button.evaluate((element) => element === document.activeElement), Boolean);
    });

    test('The first stop of the tabulator skips to the page', async () => {
      const page = await ui().open(`${scope}/flags`);
      await page.getByRole('heading', { level: 1, name: 'Flags', exact: true }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    });
  });
}
