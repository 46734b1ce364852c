import { expect, test } from 'vitest';
import { eventPatch, eventValues, newEventBody, schemaTextProblem } from './event-values.ts';

test('A schema that is no JSON object is named before anybody is asked', () => {
  expect(schemaTextProblem('')).toBeNull();
  expect(schemaTextProblem('{"type":"object"}')).toBeNull();
  expect(schemaTextProblem('[]')).toBe('A schema is a JSON object');
  expect(schemaTextProblem('{')).toMatch(/^This is no JSON: /);
});

test('A form without a schema asks for none, and an emptied one takes it away', () => {
  const values = eventValues(undefined, 'refund');
  expect(newEventBody(values)).toEqual({
    key: 'refund',
    name: 'refund',
    description: '',
    valueType: 'none',
    unit: '',
    owner: '',
    requiredContexts: [],
  });
  expect(eventPatch(values)).toMatchObject({ propertiesSchema: null });
  expect(eventPatch({ ...values, propertiesSchema: '{"type":"object"}' })).toMatchObject({
    propertiesSchema: { type: 'object' },
  });
});
