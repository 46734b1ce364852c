import * as launchdarkly from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { packageVersion } from '../package-version.mjs';
import { flags, many, rules, segmentKeys } from '../workload.mjs';

/** @param {import('../workload.mjs').Test} test */
function clauseOf([attribute, operator, value]) {
  const values = typeof value === 'string' ? [value] : value;
  const common = { contextKind: 'user', attribute, negate: false };
  switch (operator) {
    case 'equals':
    case 'in':
      return { ...common, op: 'in', values };
    case 'contains':
      return { ...common, op: 'contains', values };
    case 'semverGreaterOrEqual':
      // There is no such operator; what is greater than the first pre-release is what is meant, for releases.
      return { ...common, op: 'semVerGreaterThan', values: values.map((version) => `${version}-0`) };
  }
}

const [off, on] = [0, 1];

/** @param {import('../workload.mjs').Flag} flag */
function decisionOf({ kind }) {
  switch (kind) {
    case 'boolean':
      return { rules: [], fallthrough: { variation: on } };
    case 'rollout': {
      const halves = [off, on].map((variation) => ({ variation, weight: 50_000 }));
      return { rules: [], fallthrough: { rollout: { contextKind: 'user', variations: halves } } };
    }
    case 'rules': {
      const clauses = rules.map((rule) => rule.map(clauseOf));
      const variationOf = (/** @type {number} */ i) => (i === rules.length - 1 ? on : off);
      return {
        rules: clauses.map((each, i) => ({ id: `r${i}`, variation: variationOf(i), clauses: each, trackEvents: false })),
        fallthrough: { variation: off },
      };
    }
    case 'segment': {
      const clauses = [{ attribute: '', op: 'segmentMatch', values: ['group'], negate: false }];
      return { rules: [{ id: 's', variation: on, clauses, trackEvents: false }], fallthrough: { variation: off } };
    }
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function definitionOf(flag) {
  const nothing = { targets: [], contextTargets: [], prerequisites: [], trackEvents: false };
  const visible = { clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true } };
  const common = { key: flag.key, version: 1, on: true, salt: `salt${flag.key}`, variations: [false, true], offVariation: off };
  return { ...common, ...nothing, ...visible, ...decisionOf(flag) };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

export async function create() {
  const startedMs = mainThreadMs();
  const data = new TestData();
  await Promise.all(flags.map((flag) => data.usePreconfiguredFlag(definitionOf(flag))));
  await data.usePreconfiguredSegment({ key: 'group', version: 1, included: segmentKeys, excluded: [], rules: [], salt: 's' });
  const quiet = { sendEvents: false, diagnosticOptOut: true, logger: silent };
  const client = launchdarkly.init('k', { updateProcessor: data.getFactory(), ...quiet });
  await client.waitForInitialization({ timeout: 5 });
  return {
    version: packageVersion('@launchdarkly/node-server-sdk'),
    loadMs: mainThreadMs() - startedMs,
    isAsync: true,
    /** @param {import('../workload.mjs').User} user */
    contextOf: (user) => ({ kind: 'user', ...user }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => client.boolVariation(flagKey, context, false),
    /** @param {never} context */
    async countOn(context) {
      const values = (await client.allFlagsState(context)).allValues();
      let count = 0;
      for (const { key } of many) if (values[key] === true) count++;
      return count;
    },
  };
}
