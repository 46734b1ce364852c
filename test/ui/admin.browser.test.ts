import { afterAll, afterEach, beforeAll } from 'vitest';
import { openAdminUi, type AdminUi } from './admin-ui.ts';
import { signingIn } from './signing-in.ts';
import { flags } from './flags.ts';
import { experiments } from './experiments.ts';
import { layersAndHoldouts } from './layers-and-holdouts.ts';
import { metrics } from './metrics.ts';
import { settings } from './settings.ts';
import { keyboard } from './keyboard.ts';
import { everyPage } from './every-page.ts';

// Each idea has its file; one product with its demo serves all of them.
let ui: AdminUi;

beforeAll(async () => {
  ui = await openAdminUi();
});

afterAll(() => ui?.close());

afterEach(() => ui.closePages());

signingIn(() => ui);
flags(() => ui);
experiments(() => ui);
layersAndHoldouts(() => ui);
metrics(() => ui);
settings(() => ui);
keyboard(() => ui);
everyPage(() => ui);
