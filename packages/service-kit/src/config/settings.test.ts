import { expect, test } from 'vitest';
import { ConfigurationError, readConfiguration } from './read-configuration.ts';
import {
  choiceSetting,
  durationSetting,
  durationText,
  numberSetting,
  portSetting,
  switchSetting,
  textSetting,
} from './settings.ts';

const settings = {
  port: portSetting({ variable: 'PORT', default: 8080, description: 'x' }),
  wait: durationSetting({ variable: 'WAIT', default: 5_000, description: 'x' }),
  count: numberSetting({ variable: 'COUNT', default: 3, low: 1, high: 9, description: 'x' }),
  level: choiceSetting({ variable: 'LEVEL', choices: ['info', 'warn'], default: 'info', description: 'x' }),
  on: switchSetting({ variable: 'ON', default: false, description: 'x' }),
  name: textSetting({ variable: 'NAME', description: 'x' }),
};

test('A setting that is absent or empty takes its default, and one without a default is required', () => {
  expect(readConfiguration(settings, { NAME: 'n', PORT: '' })).toEqual({
    port: 8080,
    wait: 5_000,
    count: 3,
    level: 'info',
    on: false,
    name: 'n',
  });
  expect(() => readConfiguration(settings, {})).toThrow('NAME is required and has no default');
});

test('Every wrong setting is named at once with what it must be', () => {
  const wrong = { NAME: 'n', PORT: '65536', WAIT: '5 minutes', COUNT: '0', LEVEL: 'loud', ON: 'yes' };
  const error = (() => {
    try {
      readConfiguration(settings, wrong);
    } catch (caught) {
      return caught;
    }
    return undefined;
  })();
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as ConfigurationError).problems).toEqual([
    'PORT must be a whole number from 0 to 65535',
    'WAIT must be a duration such as 250ms, 30s, 15m, 1h or 7d',
    'COUNT must be a whole number from 1 to 9',
    'LEVEL must be one of info, warn',
    'ON must be true or false',
  ]);
});

test('Edges of a range are inside, and durations read as they are written', () => {
  expect(readConfiguration(settings, { NAME: 'n', PORT: '65535', COUNT: '9', WAIT: '15m' })).toMatchObject({
    port: 65_535,
    count: 9,
    wait: 900_000,
  });
  expect([250, 30_000, 900_000, 3_600_000, 604_800_000].map(durationText)).toEqual(['250ms', '30s', '15m', '1h', '7d']);
});
