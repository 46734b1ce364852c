import { expect, test } from 'vitest';
import { chanceText, changeText, countText, pValueText, shareText, valueText } from './numbers.ts';

test('Numbers have the digits that say something', () => {
  expect(countText(90_189)).toBe('90,189');
  expect(valueText(52.456_3)).toBe('52.5');
  expect(valueText(1_234.56)).toBe('1,235');
  expect(valueText(0.000_123_4)).toBe('0.000123');
  expect(valueText(Number.MAX_VALUE)).toBe('1.8 × 10³⁰⁸');
  expect(valueText(-1e-17)).toBe('−1 × 10⁻¹⁷');
  expect(valueText(0)).toBe('0');
  expect(shareText(0.448_188)).toBe('44.8\u00A0%');
  expect(shareText(0)).toBe('0\u00A0%');
});

test('A change has its sign, and nothing has none', () => {
  expect(changeText(0.25)).toBe('+25\u00A0%');
  expect(changeText(-0.0132)).toBe('−1.32\u00A0%');
  expect(changeText(0)).toBe('0\u00A0%');
  expect(changeText(-0)).toBe('0\u00A0%');
});

test('A p-value is never printed as zero', () => {
  expect(pValueText(0.0744)).toBe('0.0744');
  expect(pValueText(0.5)).toBe('0.50');
  expect(pValueText(1e-20)).toBe('< 0.0001');
});

test('A chance is a frequency', () => {
  expect(chanceText(0.0005)).toBe('about 1 in 2,000');
  expect(chanceText(0.009)).toBe('about 1 in 110');
  expect(chanceText(1e-9)).toBe('less than 1 in 10,000');
  expect(chanceText(0)).toBe('less than 1 in 10,000');
  expect(chanceText(0.8)).toBe('80\u00A0%');
});
