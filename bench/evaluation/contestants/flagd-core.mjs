import { FlagdCore } from '@openfeature/flagd-core';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { packageVersion } from '../package-version.mjs';
import { flags, rules, segmentKeys } from '../workload.mjs';

/** @param {import('../workload.mjs').Test} test */
function conditionOf([attribute, operator, value]) {
  const variable = { var: attribute };
  switch (operator) {
    case 'equals':
      return { '==': [variable, value] };
    case 'in':
      return { in: [variable, value] };
    case 'contains':
      return { in: [value, variable] };
    case 'semverGreaterOrEqual':
      return { sem_ver: [variable, '>=', value] };
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function targetingOf({ key, kind }) {
  switch (kind) {
    case 'boolean':
      return {};
    case 'rollout':
      return { targeting: { fractional: [{ cat: [key, { var: 'targetingKey' }] }, ['on', 50], ['off', 50]] } };
    case 'rules': {
      const branches = rules.flatMap((rule, i) => [{ and: rule.map(conditionOf) }, i === rules.length - 1 ? 'on' : 'off']);
      return { targeting: { if: [...branches, 'off'] } };
    }
    case 'segment':
      return { targeting: { if: [{ in: [{ var: 'targetingKey' }, segmentKeys] }, 'on', 'off'] } };
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function definitionOf(flag) {
  const defaultVariant = flag.kind === 'boolean' ? 'on' : 'off';
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant, ...targetingOf(flag) };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

export function create() {
  const text = JSON.stringify({ flags: Object.fromEntries(flags.map((flag) => [flag.key, definitionOf(flag)])) });
  const startedMs = mainThreadMs();
  const core = new FlagdCore(undefined, silent);
  core.setConfigurations(text);
  return {
    version: packageVersion('@openfeature/flagd-core'),
    loadMs: mainThreadMs() - startedMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: (user) => ({ targetingKey: user.key, ...user }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => core.resolveBooleanEvaluation(flagKey, false, context).value,
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      for (const details of core.resolveAll(context)) if (details.value === true && details.flagKey.startsWith('f')) count++;
      return count;
    },
  };
}
