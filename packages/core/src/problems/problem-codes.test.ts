import { expect, test } from 'vitest';
import { isProblemCode, problemCodes } from './problem-codes.ts';

test('Every problem code is upper snake case, an HTTP error, and carried by a gRPC error', () => {
  for (const [code, problem] of Object.entries(problemCodes)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(problem.status, code).toBeGreaterThanOrEqual(400);
    expect(problem.status, code).toBeLessThan(600);
    expect(problem.grpc, code).toBeGreaterThanOrEqual(1);
    expect(problem.grpc, code).toBeLessThanOrEqual(16);
    expect(problem.title, code).toMatch(/^[A-Z].*[^.]$/);
  }
});

test('HTTP and gRPC statuses that mean the same go together', () => {
  const grpcOf = new Map([
    [401, 16],
    [403, 7],
    [404, 5],
    [429, 8],
    [503, 14],
    [504, 4],
  ]);
  const mapped = Object.values(problemCodes).filter(({ status }) => grpcOf.has(status));
  expect(mapped.map(({ grpc }) => grpc)).toEqual(mapped.map(({ status }) => grpcOf.get(status)));
});

test('Names that every object has are not problem codes', () => {
  expect(isProblemCode('NOT_FOUND')).toBe(true);
  expect(isProblemCode('toString')).toBe(false);
  expect(isProblemCode('__proto__')).toBe(false);
});
