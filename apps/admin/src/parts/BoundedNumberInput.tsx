import { NumberInput, type NumberInputProps } from '@mantine/core';
import { boundProblem } from './bound-problem.ts';

/** A number with bounds: one beyond them stays as it was typed, and the bound is said. Whoever takes it refuses it. */
export function BoundedNumberInput({ error, ...props }: NumberInputProps) {
  const { value, min, max, suffix } = props;
  return <NumberInput {...props} clampBehavior="none" error={boundProblem(value, { min, max, suffix }) ?? error} />;
}
