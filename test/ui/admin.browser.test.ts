import { answered, createRestClient, type RestClient } from '@stitchd/rest-client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectShown, pressSwitch, seriousViolations, until } from '../support/admin-pages.ts';
import { openBrowser, type OpenBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';

const scope = '/projects/demo/development';
const inEnvironment = { path: { project: 'demo', environment: 'development' } };
const demoExperiment = 'checkout-button-colour';

let product: Product;
let rest: RestClient;
let opened: OpenBrowser;
let browser: Browser;
/** Signed in as the first administrator. */
let context: BrowserContext;
/** What any page asked for elsewhere than at the product. */
const asked: string[] = [];

beforeAll(async () => {
  product = await startProduct({ mode: 'together', demo: true });
  rest = createRestClient({ url: product.url, token: () => product.token });
  opened = await openBrowser();
  browser = opened.browser;
  context = await newContext();
  const page = await context.newPage();
  await page.goto(product.signInUrl);
  await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
  await page.close();
});

afterAll(async () => {
  await opened?.close();
  await product?.stop();
});

afterEach(async () => {
  await Promise.all(context.pages().map((page) => page.close()));
});

/** A browser of its own, without anybody's cookies. */
async function newContext(): Promise<BrowserContext> {
  const made = await browser.newContext({ viewport: { width: 1_280, height: 900 }, reducedMotion: 'reduce' });
  made.on('request', (request) => {
    if (!request.url().startsWith(`${new URL(product.signInUrl).origin}/`) && !request.url().startsWith('data:'))
      asked.push(request.url());
  });
  return made;
}

function addressOf(path: string): string {
  return new URL(path, product.signInUrl).href;
}

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(addressOf(path));
  return page;
}

const flagIsOn = async (flag: string, environment = 'development'): Promise<boolean> => {
  const { enabled } = await answered(
    rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', {
      params: { path: { project: 'demo', environment, flag } },
    }),
  );
  return enabled;
};

/** Lets a flag give out its two variants by percentage. */
async function splitByChance(flag: string): Promise<void> {
  const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration';
  const path = { ...inEnvironment.path, flag };
  const { version } = await answered(rest.GET(route, { params: { path } }));
  const defaultServe = { split: { contextKind: 'user', weights: { on: 30_000, off: 70_000 } } };
  await answered(
    rest.PUT(route, {
      params: { path, header: { 'If-Match': `"${version}"` } },
      body: { document: { offVariant: 'off', defaultServe } },
    }),
  );
}

describe('Signing in', () => {
  test('A one-time link signs in once, leaves the address, and the session outlives the page', async () => {
    const { signInLink } = await answered(
      rest.POST('/v1/members', { body: { email: 'grace@example.org', name: 'Grace', role: 'viewer' } }),
    );
    const link = addressOf(`/sign-in#token=${signInLink?.token}`);
    const own = await newContext();
    const page = await own.newPage();
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Home', exact: true }).waitFor();
    await own.close();

    const other = await newContext();
    const second = await other.newPage();
    await second.goto(link);
    expect(await second.getByRole('alert').textContent()).toContain('This link can’t be used');
    await other.close();
  });

  test('A wrong password is answered where it was typed', async () => {
    const own = await newContext();
    const page = await own.newPage();
    await page.goto(addressOf('/sign-in'));
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password', { exact: false }).first().fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('The e-mail address or the password is wrong');
    await own.close();
  });

  test('Who is not signed in comes back to the page that they asked for', async () => {
    const { signInLink } = await answered(rest.POST('/v1/members', { body: { email: 'linus@example.org', role: 'viewer' } }));
    const own = await newContext();
    const page = await own.newPage();
    await page.goto(addressOf(`${scope}/segments`));
    await page.getByRole('heading', { name: 'Sign in to Stitchd' }).waitFor();
    await page.evaluate((token) => (window.location.hash = `token=${token}`), signInLink?.token);
    await expectShown(page.getByRole('heading', { level: 1, name: 'Segments', exact: true }));
    await own.close();
  });
});

describe('Flags', () => {
  test('A flag is switched off in development at once, and on again by undo', async () => {
    const page = await open(`${scope}/flags`);
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
    const page = await open(`${scope}/flags`);
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
    const page = await open(`${scope}/flags`);
    const toggle = page.getByRole('switch', { name: 'search-limits in Production' });
    await toggle.waitFor();
    const path = { project: 'demo', environment: 'production', flag: 'search-limits' };
    const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/enabled';
    const { version } = await answered(
      rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', { params: { path } }),
    );
    await answered(rest.POST(route, { params: { path, header: { 'If-Match': `"${version}"` } }, body: { enabled: true } }));
    await pressSwitch(toggle);
    await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'search-limits was not switched' });
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/Somebody changed this.*enabled.*false.*true/s);
    await until(() => toggle.isChecked(), Boolean);
  });

  test('A flag is created with the keyboard alone, and its page opens', async () => {
    const page = await open(`${scope}/flags`);
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
    const page = await open(`${scope}/flags`);
    await page.getByRole('button', { name: 'New flag' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('New checkout');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('This one is taken').waitFor();
    expect(await page.getByRole('dialog').getByLabel('Key').getAttribute('aria-invalid')).toBe('true');
  });

  test('A flag’s targeting reads as sentences, and its variants have an address', async () => {
    const page = await open(`${scope}/flags/new-checkout`);
    await expectShown(page.getByText('If plan is one of pro, team, serve on'));
    await page.getByRole('tab', { name: 'Variants' }).click();
    await page.waitForURL('**?tab=variants');
    await page.reload();
    await expectShown(page.getByRole('cell', { name: 'true' }));
  });
});

describe('Experiments', () => {
  test('Once computed, the demo’s experiment says what to do, shows every check, and draws an interval for each metric', async () => {
    const counts = () =>
      answered(
        rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', {
          params: {
            ...inEnvironment,
            query: { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() },
          },
        }),
      );
    await until(counts, ({ exposures, waiting }) => exposures.length > 0 && waiting === 0);
    const page = await open(`${scope}/experiments/${demoExperiment}`);
    await page.getByRole('button', { name: 'Recompute' }).click();
    const scorecard = page.getByRole('region', { name: 'Scorecard' });
    await scorecard.waitFor({ timeout: 60_000 });
    await page.getByRole('region', { name: 'Status' }).getByRole('heading', { name: 'Ship green' }).waitFor();
    expect(await page.getByRole('region', { name: 'Health' }).textContent()).toContain('Sample ratio');
    await expectShown(page.getByRole('region', { name: 'Exposures' }).getByRole('img', { name: /keys since/ }));
    expect(await page.content()).not.toMatch(/95 ?% (probability|chance|likely)/);
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
    await splitByChance('maintenance-banner');
    const page = await open(`${scope}/new-experiment`);
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
    await page.getByRole('button', { name: 'Start' }).click();
    await expectShown(page.getByRole('dialog').getByText('each user that reads flag maintenance-banner takes part'));
    await page.getByRole('button', { name: 'Start the experiment' }).click();
    await expectShown(page.getByText(/^Running since/));
  });
});

describe('Metrics', () => {
  test('Among the events stands what was sent lately, beside what may be sent', async () => {
    const page = await open(`${scope}/metrics?tab=events`);
    const figures = page.getByRole('group', { name: 'Items sent lately' });
    await figures.waitFor();
    expect(await figures.textContent()).toContain('20,000 per second at most');
  });

  test('A ratio with a filter is made, previewed, and changed: a new version that says what changed', async () => {
    const page = await open(`${scope}/metrics`);
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
    await page.goto(addressOf(`${scope}/metrics?type=ratio`));
    await page.getByRole('row', { name: /Basket value/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
  });
});

describe('Settings', () => {
  test('A key’s secret is shown once, works, and ends when it is revoked', async () => {
    const page = await open(`${scope}/settings?tab=sdk-keys`);
    await page.getByRole('button', { name: 'New SDK key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('story');
    await page.keyboard.press('Enter');
    const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
    const evaluate = () =>
      fetch(`${product.url}/ofrep/v1/evaluate/flags`, {
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

  test('A viewer sees nothing that they may not do', async () => {
    const { signInLink } = await answered(rest.POST('/v1/members', { body: { email: 'viewer@example.org', role: 'viewer' } }));
    const own = await newContext();
    const page = await own.newPage();
    await page.goto(addressOf(`/sign-in#token=${signInLink?.token}`));
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

describe('The keyboard', () => {
  test('Letters open the sections, a slash goes to the search, and a question mark lists them all', async () => {
    const page = await open(scope);
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
    const page = await open(`${scope}/segments`);
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
    const page = await open(`${scope}/flags`);
    await page.getByRole('heading', { level: 1, name: 'Flags', exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });
});

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

  test.each(['light', 'dark'] as const)('can be read and used by everybody in the %s theme', async (colorScheme) => {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme });
    const found: string[] = [];
    for (const [title, path] of pages) {
      await page.goto(addressOf(`${scope}${path}`));
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      expect(await page.title()).toBe(`${title} · Stitchd`);
      expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(colorScheme);
      found.push(...(await seriousViolations(page)).map((violation) => `${title}: ${violation}`));
      const create = page.locator('[data-shortcut="create"]');
      if ((await create.count()) === 0) continue;
      // A page of its own is in the list above.
      if ((await create.getAttribute('href')) !== null) continue;
      await create.click();
      await page.getByRole('dialog').waitFor();
      found.push(...(await seriousViolations(page)).map((violation) => `${title}, creating: ${violation}`));
    }
    expect(found).toEqual([]);
  });

  test('asks nobody but the product', () => {
    expect(asked).toEqual([]);
  });
});
