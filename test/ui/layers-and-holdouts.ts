import { answered } from '@stitchd/rest-client';
import { describe, expect, test } from 'vitest';
import { expectShown } from '../support/admin-pages.ts';
import { inEnvironment, scope, type AdminUi } from './admin-ui.ts';

export function layersAndHoldouts(ui: () => AdminUi): void {
  describe('Layers and holdouts', () => {
    test('A layer is made, a draft is given a share of it, and the layer shows what is left', async () => {
      await answered(
        ui().rest.POST('/v1/projects/{project}/environments/{environment}/experiments', {
          params: inEnvironment,
          body: {
            key: 'blue-or-green',
            name: 'Blue or green',
            flagKey: 'checkout-button',
            baselineVariant: 'blue',
            metrics: [{ key: 'purchase-rate', role: 'primary' }],
          },
        }),
      );
      const page = await ui().open(`${scope}/layers`);
      await page.getByRole('button', { name: 'New layer' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Checkout page');
      await page.getByRole('button', { name: 'Create layer' }).click();
      const layer = page.getByRole('region', { name: 'Checkout page' });
      await layer.waitFor();
      await layer.getByRole('button', { name: 'Add an experiment' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Experiment' }).click();
      await page.getByRole('option', { name: 'Blue or green' }).click();
      await dialog.getByLabel('Share of the layer').fill('40');
      await dialog.getByRole('button', { name: 'Give it this share' }).click();
      await dialog.waitFor({ state: 'detached' });
      await expectShown(layer.getByText('60\u00A0% free'));
      await expectShown(layer.getByRole('row', { name: /Blue or green.*draft.*40\s%/ }));
    });

    test('A holdout is drafted, started after saying what that does, and measured; a filter of the list is in the address', async () => {
      const page = await ui().open(`${scope}/holdouts`);
      await page.getByRole('button', { name: 'New holdout' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('Black week');
      await dialog.getByLabel('Share of units').fill('5');
      await dialog.getByRole('combobox', { name: 'Metrics' }).click();
      await page.getByRole('option', { name: 'Purchase rate' }).click();
      await dialog.getByRole('button', { name: 'Create draft' }).click();
      await page.getByRole('heading', { level: 1, name: 'Black week' }).waitFor();
      await page.getByRole('button', { name: 'Start' }).click();
      await expectShown(page.getByRole('dialog').getByText('5\u00A0% of all units of the kind user'));
      await page.getByRole('button', { name: 'Start the holdout' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Recompute' }).click();
      await expectShown(
        page
          .getByRole('region', { name: 'Health' })
          .getByText(/Sample ratio/)
          .first(),
      );
      await page.goto(ui().addressOf(`${scope}/holdouts?state=running`));
      await page.getByRole('row', { name: /Black week.*running.*5\s%/ }).waitFor();
      expect(await page.getByRole('row').count()).toBe(2);
    });
  });
}
