import { readFile } from 'node:fs/promises';
import { answered } from '@stitchd/rest-client';
import { describe, expect, test } from 'vitest';
import { expectShown, until } from '../support/admin-pages.ts';
import { inEnvironment, scope, splitByChance, type AdminUi } from './admin-ui.ts';

const demoExperiment = 'checkout-button-colour';

export function experiments(ui: () => AdminUi): void {
  describe('Experiments', () => {
    test('Once computed, the demo’s experiment says what to do, shows every check, and draws an interval for each metric', async () => {
      const counts = () =>
        answered(
          ui().rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', {
            params: {
              ...inEnvironment,
              query: { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() },
            },
          }),
        );
      await until(counts, ({ exposures, waiting }) => exposures.length > 0 && waiting === 0);
      const page = await ui().open(`${scope}/experiments/${demoExperiment}`);
      await page.getByRole('button', { name: 'Recompute' }).click();
      const scorecard = page.getByRole('region', { name: 'Scorecard' });
      await scorecard.waitFor({ timeout: 60_000 });
      await page.getByRole('region', { name: 'Status' }).getByRole('heading', { name: 'Ship green' }).waitFor();
      expect(await page.getByRole('region', { name: 'Health' }).textContent()).toContain('Sample ratio');
      await expectShown(page.getByRole('region', { name: 'Exposures' }).getByRole('img', { name: /keys since/ }));
      expect(await page.content()).not.toMatch(/95 ?% (probability|chance|likely)/);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download the results as bundle' }).click();
      const bundle = await downloading;
      expect(bundle.suggestedFilename()).toBe(`${demoExperiment}-bundle.json`);
      expect(JSON.parse(await readFile(await bundle.path(), 'utf8'))).toMatchObject({
        results: { decision: { headline: 'Ship green' } },
      });
      await scorecard.getByRole('link').first().click();
      await page.waitForURL('**/metrics/*');
      const closer = page.getByRole('region', { name: 'Looking closer' });
      await closer.getByText('country', { exact: true }).click();
      await page.waitForURL('**?by=country');
      await expectShown(closer.getByRole('row', { name: /DE.*n [1-9].*%/ }));
      await page.getByRole('button', { name: 'SQL' }).click();
      await expectShown(page.getByRole('region', { name: 'SQL' }).getByText('SELECT').first());
    });

    test('Four steps with addresses draft an experiment, a reload loses nothing, and starting says before what it will do', async () => {
      await splitByChance(ui().rest, 'maintenance-banner');
      const page = await ui().open(`${scope}/new-experiment`);
      await page.getByLabel('Name').fill('Banner or not');
      await page.getByLabel('Hypothesis').fill('Whoever is warned comes back.');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForURL('**?step=split');
      await page.reload();
      await page.getByRole('combobox', { name: 'Flag' }).fill('maint');
      await page.getByRole('option', { name: 'maintenance-banner' }).click();
      await page.getByRole('combobox', { name: 'Baseline' }).click();
      await page.getByRole('option', { name: 'off', exact: true }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForURL('**?step=metrics');
      await page.getByRole('combobox', { name: 'Primary metric' }).click();
      await page.getByRole('option', { name: 'Purchase rate' }).click();
      await page.getByRole('button', { name: 'Add a guardrail' }).click();
      await page.getByRole('combobox', { name: 'Guardrail 1' }).click();
      await page.getByRole('option', { name: 'Revenue per visitor' }).click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForURL('**?step=power');
      await page.getByRole('button', { name: 'Create draft' }).click();
      await page.getByRole('heading', { level: 1, name: 'Banner or not' }).waitFor();
      expect(await page.getByRole('region', { name: 'Plan' }).textContent()).toContain('guardrail: at most 1\u00A0% worse');
      await page.getByRole('link', { name: 'Change' }).click();
      expect(await page.getByLabel('Name').inputValue()).toBe('Banner or not');
      await page.getByLabel('Hypothesis').fill('Whoever is warned comes back sooner.');
      for (const step of ['split', 'metrics', 'power']) {
        await page.getByRole('button', { name: 'Next' }).click();
        await page.waitForURL(`**/edit?step=${step}`);
      }
      await page.getByRole('button', { name: 'Save' }).click();
      await expectShown(page.getByRole('cell', { name: 'Whoever is warned comes back sooner.' }));
      await page.getByRole('button', { name: 'Start' }).click();
      await expectShown(page.getByRole('dialog').getByText('each user that reads flag maintenance-banner takes part'));
      await page.getByRole('button', { name: 'Start the experiment' }).click();
      await expectShown(page.getByText(/^Running since/));
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.getByRole('radio', { name: 'off for everybody' }).check();
      await page.getByRole('button', { name: 'Stop the experiment' }).click();
      await page.getByRole('button', { name: 'Restart', exact: true }).click();
      await expectShown(page.getByRole('dialog').getByText('The flag serves no split there'));
      expect(await page.getByRole('button', { name: 'Restart the experiment' }).isDisabled()).toBe(true);
    });
  });
}
