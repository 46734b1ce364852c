import { checksumOf, compileDefinitions } from '@stitchd/core';
import { expect, test } from 'vitest';
import { sdkLimits } from '../sdk-limits.ts';
import { createDefinitionsStore } from './definitions-store.ts';
import { createProblemTeller } from './tell-problems.ts';

const unusable = (id: string) => ({ kind: 'holdout', id, revision: 1, body: JSON.stringify({ key: id }) });

function logged() {
  const errors: string[] = [];
  const ignore = (): void => undefined;
  return { errors, logger: { debug: ignore, info: ignore, warn: ignore, error: (message: string) => void errors.push(message) } };
}

test('A definition that can not be used is told once, and again after it was usable in between', () => {
  const { errors, logger } = logged();
  const tell = createProblemTeller(logger);
  const broken = compileDefinitions([unusable('h-1')]);
  tell(broken);
  tell(broken);
  expect(errors).toEqual(['holdout h-1 can not be used: the holdout has no usable ranges']);
  tell(compileDefinitions([]));
  tell(broken);
  expect(errors).toHaveLength(2);
});

test('Of many at once ten are told, and how many more there are', () => {
  const { errors, logger } = logged();
  createProblemTeller(logger)(
    compileDefinitions(Array.from({ length: sdkLimits.maxToldProblems + 2 }, (_, index) => unusable(`h-${index}`))),
  );
  expect(errors).toHaveLength(sdkLimits.maxToldProblems + 1);
  expect(errors.at(-1)).toBe('2 further definitions can not be used');
});

test('A client that is handed a definition that it can not use says so, and answers by the others', () => {
  const { errors, logger } = logged();
  const store = createDefinitionsStore({ logger, nowMs: () => 0 });
  const document = {
    format: 'stitchd-definitions/1',
    environment: 'e-1',
    revision: 1,
    checksum: '',
    entities: [unusable('h-1')],
  };
  expect(
    store.load(
      {
        ...document,
        checksum: checksumOf([unusable('h-1')])
          .toString(16)
          .padStart(16, '0'),
      },
      'bootstrap',
    ),
  ).toBeUndefined();
  expect(errors).toEqual(['holdout h-1 can not be used: the holdout has no usable ranges']);
});
