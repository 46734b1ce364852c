import { allServiceSettings, platformSettings, serviceNames, type Setting, type Settings } from '@stitchd/service-kit';
import { allServices } from 'stitchd';
import { commandSettings, overridesVariable } from 'stitchd';
import { code, page, prose, table } from './markdown.ts';
import type { Reference } from './reference.ts';

function settingsTable(settings: readonly Setting<unknown>[]): string {
  const rows = settings.map((setting) => [
    code(setting.variable),
    setting.defaultText === undefined ? '–' : code(setting.defaultText),
    `${prose(setting.description)}${setting.secret ? ' **Secret.**' : ''}`,
  ]);
  return table(['Variable', 'Default', 'Meaning'], rows);
}

function byVariable(settings: Settings): readonly Setting<unknown>[] {
  return Object.values(settings).toSorted((a, b) => (a.variable < b.variable ? -1 : 1));
}

/** Every variable that the programs read, from the settings that they declare. */
export function environmentVariables(): Reference {
  const ofServices = serviceNames.map((name) => {
    const declared = { ...allServiceSettings()[name], ...allServices.find((service) => service.name === name)?.settings };
    return `## ${name}\n\n${settingsTable(byVariable(declared).filter((each) => each.variable !== 'STITCHD_METRICS_HOST'))}`;
  });
  return {
    file: 'environment-variables.md',
    text: page(
      'Environment variables',
      'the declared settings',
      'Everything that an operator can choose is an environment variable. A value that can not be read stops the program with the name of the variable and what it should be. Durations are written as `250ms`, `30s`, `15m`, `1h` or `7d`; a port of `0` lets the system choose one.',
      `## Every process\n\n${settingsTable([...byVariable(platformSettings), allServiceSettings().gateway.metricsHost])}`,
      `## The stitchd command\n\n${settingsTable(byVariable(commandSettings))}`,
      `## Applications with the server SDK\n\n${table(['Variable', 'Default', 'Meaning'], [[code(overridesVariable), '–', 'Overrides of flags, as JSON: see the guide to the SDK.']])}`,
      ...ofServices,
    ),
  };
}
