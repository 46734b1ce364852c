import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUuid, uuidv7, uuidv7TimeMs } from './uuid.ts';

test('A version 7 UUID agrees with the example of RFC 9562, appendix A.6', () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('Any time and any random bytes give a canonical UUID that holds the time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 10, maxLength: 10 }), (nowMs, random) => {
      const id = uuidv7(nowMs, random);
      expect(isUuid(id)).toBe(true);
      expect(uuidv7TimeMs(id)).toBe(nowMs);
    }),
  );
});

test('UUIDs of later milliseconds sort after earlier ones', () => {
  const highest = new Uint8Array(10).fill(255);
  expect(uuidv7(1_000, highest) < uuidv7(1_001, new Uint8Array(10))).toBe(true);
});

test('A time or a random part that does not fit is refused', () => {
  expect(() => uuidv7(-1, new Uint8Array(10))).toThrow(RangeError);
  expect(() => uuidv7(2 ** 48, new Uint8Array(10))).toThrow(RangeError);
  expect(() => uuidv7(1.5, new Uint8Array(10))).toThrow(RangeError);
  expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError);
});

test('Text that is not a canonical UUID, or not of version 7, has no time', () => {
  expect(uuidv7TimeMs('nonsense')).toBeUndefined();
  expect(uuidv7TimeMs('919108f7-52d1-4320-9bac-f847db4148a8')).toBeUndefined();
  expect(isUuid('919108f7-52d1-4320-9bac-f847db4148a8')).toBe(true);
  expect(isUuid('919108F7-52D1-4320-9BAC-F847DB4148A8')).toBe(false);
});
