import { describe, expect, test } from 'vitest';
import { expectShown } from '../support/admin-pages.ts';
import { scope, type AdminUi } from './admin-ui.ts';

export function metrics(ui: () => AdminUi): void {
  describe('Metrics', () => {
    test('Among the events stands what was sent lately, beside what may be sent', async () => {
      const page = await ui().open(`${scope}/metrics?tab=events`);
      const figures = page.getByRole('group', { name: 'Items sent lately' });
      await figures.waitFor();
      expect(await figures.textContent()).toContain('20,000 per second at most');
      await page.getByText('Where several run, each counts by itself').waitFor();
    });

    test('A ratio with a filter is made, previewed, and changed: a new version that says what changed', async () => {
      const page = await ui().open(`${scope}/metrics`);
      await page.getByRole('button', { name: 'New metric' }).click();
      const dialog = page.getByRole('dialog', { name: 'New metric' });
      await dialog.getByLabel('Name').fill('Basket value');
      await dialog.getByRole('combobox', { name: 'What counts', exact: true }).click();
      await page.getByRole('option', { name: 'A ratio of two of these' }).click();
      const choosePurchase = async (group: string): Promise<void> => {
        await dialog.getByRole('group', { name: group }).getByRole('combobox', { name: 'Event' }).click();
        await page.getByRole('option', { name: 'Purchase', exact: true }).click();
      };
      await choosePurchase('Numerator');
      await choosePurchase('Denominator');
      await dialog.getByRole('group', { name: 'Numerator' }).getByRole('button', { name: 'add a filter' }).click();
      await dialog.getByLabel('Property', { exact: true }).fill('plan');
      await dialog.getByLabel('Value', { exact: true }).fill('pro');
      await dialog.getByRole('button', { name: 'Create metric' }).click();
      await page.getByRole('heading', { level: 1, name: 'Basket value' }).waitFor();
      await expectShown(
        page.getByText('The sum of values of purchase where plan = “pro” over the number of purchase, within 7 days').first(),
      );
      await page.getByRole('img', { name: /^The metric by day/ }).waitFor();
      expect(await page.getByRole('region', { name: 'The last days' }).textContent()).toContain('sum(m_numerator)');

      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('dialog').getByLabel('Hours after the first exposure').fill('24');
      await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expectShown(page.getByText('version 2').first());
      await page.getByRole('cell', { name: 'windowHours' }).waitFor();
      await page.goto(ui().addressOf(`${scope}/metrics?type=ratio`));
      await page.getByRole('row', { name: /Basket value/ }).waitFor();
      expect(await page.getByRole('row').count()).toBe(2);
    });
  });
}
