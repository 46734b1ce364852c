import { answered } from '@stitchd/rest-client';
import { describe, expect, test } from 'vitest';
import { expectShown, pressSwitch, until } from '../support/admin-pages.ts';
import { scope, type AdminUi } from './admin-ui.ts';

export function flags(ui: () => AdminUi): void {
  describe('Flags', () => {
    const flagIsOn = async (flag: string, environment = 'development'): Promise<boolean> => {
      const { enabled } = await answered(
        ui().rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', {
          params: { path: { project: 'demo', environment, flag } },
        }),
      );
      return enabled;
    };

    test('A flag is switched off in development at once, and on again by undo', async () => {
      const page = await ui().open(`${scope}/flags`);
      const toggle = page.getByRole('switch', { name: 'new-checkout in Development' });
      expect(await toggle.isChecked()).toBe(true);
      await pressSwitch(toggle);
      await until(
        () => toggle.isChecked(),
        (isChecked) => !isChecked,
      );
      await page.getByText('new-checkout is off in Development').waitFor();
      expect(await flagIsOn('new-checkout')).toBe(false);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('new-checkout is on in Development').waitFor();
      expect(await flagIsOn('new-checkout')).toBe(true);
      await until(() => toggle.isChecked(), Boolean);
    });

    test('Production asks first, and does nothing when nobody agrees', async () => {
      const page = await ui().open(`${scope}/flags`);
      const toggle = page.getByRole('switch', { name: 'maintenance-banner in Production' });
      await pressSwitch(toggle);
      const dialog = page.getByRole('dialog', { name: 'Switch on in Production?' });
      await dialog.getByRole('button', { name: 'Keep it off' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(await flagIsOn('maintenance-banner', 'production')).toBe(false);
      expect(await toggle.isChecked()).toBe(false);
      await pressSwitch(toggle);
      await dialog.getByRole('button', { name: 'Switch on' }).click();
      await page.getByText('maintenance-banner is on in Production').waitFor();
      expect(await flagIsOn('maintenance-banner', 'production')).toBe(true);
    });

    test('A change that somebody else was faster with is refused, and what they changed is said', async () => {
      const page = await ui().open(`${scope}/flags`);
      const toggle = page.getByRole('switch', { name: 'search-limits in Production' });
      await toggle.waitFor();
      const path = { project: 'demo', environment: 'production', flag: 'search-limits' };
      const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/enabled';
      const { version } = await answered(
        ui().rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', { params: { path } }),
      );
      await answered(
        ui().rest.POST(route, { params: { path, header: { 'If-Match': `"${version}"` } }, body: { enabled: true } }),
      );
      await pressSwitch(toggle);
      await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
      const notice = page.getByRole('alert').filter({ hasText: 'search-limits was not switched' });
      await notice.waitFor();
      expect(await notice.textContent()).toMatch(/Somebody changed this.*enabled.*false.*true/s);
      await until(() => toggle.isChecked(), Boolean);
    });

    test('A flag is created with the keyboard alone, and its page opens', async () => {
      const page = await ui().open(`${scope}/flags`);
      await page.getByRole('switch').first().waitFor();
      await page.keyboard.press('c');
      await page.getByRole('dialog', { name: 'New flag' }).waitFor();
      const name = page.getByRole('dialog').getByLabel('Name');
      await until(() => name.evaluate((element) => element === document.activeElement), Boolean);
      await page.keyboard.type('Dark mode (v2)');
      expect(await page.getByLabel('Key').inputValue()).toBe('dark-mode-v2');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${scope}/flags/dark-mode-v2`);
      await page.getByRole('heading', { level: 1, name: 'Dark mode (v2)' }).waitFor();
      expect(await page.title()).toBe('Dark mode (v2) · Stitchd');
      await page.getByText('Off in Development: everyone gets').waitFor();
    });

    test('A key that is taken is said at the key', async () => {
      const page = await ui().open(`${scope}/flags`);
      await page.getByRole('button', { name: 'New flag' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('New checkout');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('This one is taken').waitFor();
      expect(await page.getByRole('dialog').getByLabel('Key').getAttribute('aria-invalid')).toBe('true');
    });

    test('A flag’s targeting reads as sentences, and its variants have an address', async () => {
      const page = await ui().open(`${scope}/flags/new-checkout`);
      await expectShown(page.getByText('If plan is one of pro, team, serve on'));
      await page.getByRole('tab', { name: 'Variants' }).click();
      await page.waitForURL('**?tab=variants');
      await page.reload();
      await expectShown(page.getByRole('cell', { name: 'true' }));
    });
  });
}
