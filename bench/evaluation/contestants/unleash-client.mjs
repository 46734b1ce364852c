import { InMemStorageProvider, Unleash } from 'unleash-client';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { packageVersion } from '../package-version.mjs';
import { flags, many, rules, segmentKeys } from '../workload.mjs';

/** @param {import('../workload.mjs').Test} test */
function constraintOf([contextName, operator, value]) {
  const values = typeof value === 'string' ? [value] : value;
  const common = { contextName, inverted: false };
  switch (operator) {
    case 'equals':
    case 'in':
      return { ...common, operator: 'IN', values };
    case 'contains':
      return { ...common, operator: 'STR_CONTAINS', values };
    case 'semverGreaterOrEqual':
      return { ...common, operator: 'SEMVER_GTE', values: [], value };
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function strategiesOf({ key, kind }) {
  switch (kind) {
    case 'boolean':
      return [{ name: 'default', parameters: {}, constraints: [] }];
    case 'rollout': {
      const parameters = { rollout: '50', stickiness: 'userId', groupId: key };
      return [{ name: 'flexibleRollout', parameters, constraints: [] }];
    }
    case 'rules':
      return rules.map((rule) => ({ name: 'default', parameters: {}, constraints: rule.map(constraintOf) }));
    case 'segment':
      return [{ name: 'default', parameters: {}, constraints: [], segments: [1] }];
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function definitionOf(flag) {
  const common = { enabled: true, type: 'release', project: 'default', stale: false, variants: [] };
  return { name: flag.key, ...common, strategies: strategiesOf(flag) };
}

export async function create() {
  const members = { contextName: 'userId', operator: 'IN', inverted: false, values: segmentKeys };
  const startedMs = mainThreadMs();
  const client = new Unleash({
    appName: 'bench',
    // Port 9 discards: nothing is asked of it after the bootstrap.
    url: 'http://127.0.0.1:9/api/',
    disableMetrics: true,
    refreshInterval: 0,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: flags.map(definitionOf), segments: [{ id: 1, constraints: [members] }] },
  });
  client.on('error', () => undefined);
  client.on('warn', () => undefined);
  await new Promise((resolve) => void client.once('ready', resolve));
  return {
    version: packageVersion('unleash-client'),
    loadMs: mainThreadMs() - startedMs,
    isAsync: false,
    // Its strategies only ever switch on.
    decidingRule: 'any',
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...properties }) => ({ userId: key, properties }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => client.isEnabled(flagKey, context),
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      for (const { key } of many) if (client.isEnabled(key, context)) count++;
      return count;
    },
  };
}
