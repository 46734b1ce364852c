import { answered } from '@stitchd/rest-client';
import { describe, expect, test } from 'vitest';
import { until } from '../support/admin-pages.ts';
import { inEnvironment, scope, type AdminUi } from './admin-ui.ts';

export function settings(ui: () => AdminUi): void {
  describe('Settings', () => {
    test('A key’s secret is shown once, works, and ends when it is revoked', async () => {
      const page = await ui().open(`${scope}/settings?tab=sdk-keys`);
      await page.getByRole('button', { name: 'New SDK key' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('story');
      await page.keyboard.press('Enter');
      const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
      const evaluate = () =>
        fetch(`${ui().product.url}/ofrep/v1/evaluate/flags`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': secret },
          body: JSON.stringify({ context: { targetingKey: 'u' } }),
        }).then(({ status }) => status);
      expect(await evaluate()).toBe(200);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect((await page.content()).includes(secret)).toBe(false);
      await page.getByRole('button', { name: 'Revoke the key story' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('row', { name: /story.*revoked/ }).waitFor();
      await until(evaluate, (status) => status === 401);
    });

    test('What exposes is chosen with a word on what it changes, and holds', async () => {
      const page = await ui().open(`${scope}/settings?tab=events`);
      await page.getByRole('combobox', { name: 'What exposes a visitor to an experiment' }).click();
      await page.getByRole('option', { name: 'A read, or a delivery of all values at once' }).click();
      await page.getByText('This changes who takes part in experiments').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The event settings were saved').waitFor();
      const route = '/v1/projects/{project}/environments/{environment}/event-settings';
      const saved = await answered(ui().rest.GET(route, { params: inEnvironment }));
      expect(saved).toMatchObject({ exposuresOn: 'delivery', exposuresOnChangedAt: [expect.any(String)] });
    });

    test('A viewer sees nothing that they may not do', async () => {
      const { signInLink } = await answered(
        ui().rest.POST('/v1/members', { body: { email: 'viewer@example.org', role: 'viewer' } }),
      );
      const own = await ui().newContext();
      const page = await own.newPage();
      await page.goto(ui().addressOf(`/sign-in#token=${signInLink?.token}`));
      await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
      await page.getByRole('link', { name: 'Flags' }).click();
      const toggle = page.getByRole('switch', { name: 'new-checkout in Development' });
      await toggle.waitFor();
      expect(await toggle.isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: 'New flag' }).count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Activity' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('tab', { name: 'Organisation' }).waitFor();
      expect(await page.getByRole('tab').allTextContents()).toEqual(['Environments', 'Events', 'Organisation']);
      await page.getByRole('tab', { name: 'Events' }).click();
      const strict = page.getByRole('switch', { name: 'Refuse events that nobody has defined' });
      await strict.waitFor();
      expect(await strict.isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
      await own.close();
    });
  });
}
