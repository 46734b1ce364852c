import { GrowthBookClient } from '@growthbook/growthbook';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { packageVersion } from '../package-version.mjs';
import { flags, many, rules, segmentKeys } from '../workload.mjs';

/** @param {import('../workload.mjs').Test} test */
function conditionOf([, operator, value]) {
  switch (operator) {
    case 'equals':
      return value;
    case 'in':
      return { $in: value };
    case 'contains':
      return { $regex: String(value).replaceAll('.', '\\.') };
    case 'semverGreaterOrEqual':
      return { $vgte: value };
  }
}

/** @param {import('../workload.mjs').Flag} flag */
function definitionOf({ key, kind }) {
  switch (kind) {
    case 'boolean':
      return { defaultValue: true };
    case 'rollout':
      return { defaultValue: false, rules: [{ force: true, coverage: 0.5, hashAttribute: 'id', seed: key, hashVersion: 2 }] };
    case 'rules':
      return {
        defaultValue: false,
        rules: rules.map((rule, i) => ({
          condition: Object.fromEntries(rule.map((test) => [test[0], conditionOf(test)])),
          force: i === rules.length - 1,
        })),
      };
    case 'segment':
      return { defaultValue: false, rules: [{ condition: { id: { $inGroup: 'group' } }, force: true }] };
  }
}

export function create() {
  const features = Object.fromEntries(flags.map((flag) => [flag.key, definitionOf(flag)]));
  const text = JSON.stringify({ features, savedGroups: { group: segmentKeys } });
  const startedMs = mainThreadMs();
  const client = new GrowthBookClient().initSync({ payload: JSON.parse(text) });
  return {
    version: packageVersion('@growthbook/growthbook'),
    loadMs: mainThreadMs() - startedMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => ({ attributes: { id: key, ...attributes } }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => client.isOn(flagKey, context),
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      for (const { key } of many) if (client.isOn(key, context)) count++;
      return count;
    },
  };
}
