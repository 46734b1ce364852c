import Statsig from 'statsig-node';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { packageVersion } from '../package-version.mjs';
import { flags, many, rules, segmentKeys } from '../workload.mjs';

/** @param {string} type @param {string} field @param {string} operator @param {unknown} targetValue */
function condition(type, field, operator, targetValue) {
  return { type, targetValue, operator, field, additionalValues: {}, isDeviceBased: false, idType: 'userID' };
}

/** @param {import('../workload.mjs').Test} test */
function conditionOf([attribute, operator, value]) {
  switch (operator) {
    case 'equals':
      return condition('user_field', attribute, 'any', [value]);
    case 'in':
      return condition('user_field', attribute, 'any', value);
    case 'contains':
      return condition('user_field', attribute, 'str_contains_any', [value]);
    case 'semverGreaterOrEqual':
      return condition('user_field', attribute, 'version_gte', value);
  }
}

const everybody = condition('public', '', '', null);

/** @param {string} name @param {readonly unknown[]} conditions @param {number} passPercentage @param {boolean} returnValue */
function ruleOf(name, conditions, passPercentage, returnValue) {
  return { name, id: name, salt: `salt${name}`, passPercentage, conditions, returnValue, idType: 'userID' };
}

/** @param {import('../workload.mjs').Flag} flag */
function rulesOf({ key, kind }) {
  switch (kind) {
    case 'boolean':
      return [ruleOf(`${key}r`, [everybody], 100, true)];
    case 'rollout':
      return [ruleOf(`${key}r`, [everybody], 50, true)];
    case 'rules':
      return rules.map((rule, i) => ruleOf(`${key}${i}`, rule.map(conditionOf), 100, i === rules.length - 1));
    case 'segment':
      return [ruleOf(`${key}r`, [condition('user_field', 'userID', 'any', segmentKeys)], 100, true)];
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function definitionOf(flag) {
  const common = { name: flag.key, type: 'feature_gate', entity: 'feature_gate', salt: `salt${flag.key}`, idType: 'userID' };
  return { ...common, enabled: true, defaultValue: false, rules: rulesOf(flag) };
}

export async function create() {
  const none = { dynamic_configs: [], layer_configs: [], id_lists: {}, layers: {} };
  const text = JSON.stringify({ has_updates: true, time: 1_700_000_000_000, feature_gates: flags.map(definitionOf), ...none });
  const startedMs = mainThreadMs();
  await Statsig.initialize('secret-x', {
    localMode: true,
    bootstrapValues: text,
    disableDiagnostics: true,
    initStrategyForIP3Country: 'none',
    disableIdListsSync: true,
  });
  /** Exposure logging is off: it is the cheapest that the product offers. @param {string} flagKey @param {never} context */
  const ask = (flagKey, context) => Statsig.checkGateWithExposureLoggingDisabledSync(context, flagKey);
  return {
    version: packageVersion('statsig-node'),
    loadMs: mainThreadMs() - startedMs,
    isAsync: false,
    // A gate's rule that holds is a pass, whatever value it was given.
    decidingRule: 'any',
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, email, country, appVersion, plan, device }) => ({
      userID: key,
      email,
      country,
      appVersion,
      custom: { plan, device },
    }),
    ask,
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      for (const { key } of many) if (ask(key, context)) count++;
      return count;
    },
  };
}
