import { answered } from '@stitchd/rest-client';
import { describe, expect, test } from 'vitest';
import { expectShown } from '../support/admin-pages.ts';
import { scope, type AdminUi } from './admin-ui.ts';

export function signingIn(ui: () => AdminUi): void {
  describe('Signing in', () => {
    test('A one-time link signs in once, leaves the address, and the session outlives the page', async () => {
      const { signInLink } = await answered(
        ui().rest.POST('/v1/members', { body: { email: 'grace@example.org', name: 'Grace', role: 'viewer' } }),
      );
      const link = ui().addressOf(`/sign-in#token=${signInLink?.token}`);
      const own = await ui().newContext();
      const page = await own.newPage();
      await page.goto(link);
      await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
      expect(page.url()).not.toContain('token');
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
      await own.close();

      const other = await ui().newContext();
      const second = await other.newPage();
      await second.goto(link);
      expect(await second.getByRole('alert').textContent()).toContain('This link can’t be used');
      await other.close();
    });

    test('A wrong password is answered where it was typed', async () => {
      const own = await ui().newContext();
      const page = await own.newPage();
      await page.goto(ui().addressOf('/sign-in'));
      await page.getByLabel('E-mail').fill('nobody@example.org');
      await page.getByLabel('Password', { exact: false }).first().fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('The e-mail address or the password is wrong');
      await own.close();
    });

    test('Who is not signed in comes back to the page that they asked for', async () => {
      const { signInLink } = await answered(
        ui().rest.POST('/v1/members', { body: { email: 'linus@example.org', role: 'viewer' } }),
      );
      const own = await ui().newContext();
      const page = await own.newPage();
      await page.goto(ui().addressOf(`${scope}/segments`));
      await page.getByRole('heading', { name: 'Sign in to Stitchd' }).waitFor();
      await page.evaluate((token) => (window.location.hash = `token=${token}`), signInLink?.token);
      await expectShown(page.getByRole('heading', { level: 1, name: 'Segments', exact: true }));
      await own.close();
    });
  });
}
