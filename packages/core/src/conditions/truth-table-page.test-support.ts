import { operators, type Operator } from '../definitions/condition.ts';
import type { JsonValue } from '../definitions/json-value.ts';

/** One cell of the operators' truth table: values of the condition, a value of the context, and what comes out. */
export type Cell = readonly [op: Operator, values: readonly JsonValue[], value: unknown, expected: 'T' | 'F'];

const opening = `# Operators

Every operator with values that match, that don't, that are of the wrong type, and with lists. The rows are cells of the test \`packages/core/src/conditions/truth-table.test.ts\`, which writes this page. [Evaluation](./evaluation.md#conditions) says what holds for all of them: over a missing attribute or \`null\` each is false and only \`notExists\` true; with values that it can't use each is unknown.
`;

function shown(value: unknown): string {
  if (typeof value === 'number' && Number.isNaN(value)) return 'NaN';
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return JSON.stringify(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** A bar in code would end the cell. */
function code(value: unknown): string {
  return `\`${shown(value).replaceAll('|', '\\|')}\``;
}

/** The page of the guide that shows all cells. */
export function truthTablePage(cells: readonly Cell[]): string {
  const sections = operators.map((op) => {
    const rows = cells
      .filter(([name]) => name === op)
      .map(([, values, value, expected]) => {
        const condition = op === 'exists' || op === 'notExists' ? '' : code(values);
        return `| ${condition} | ${code(value)} | ${kindOf(value)} | ${expected === 'T' ? 'true' : 'false'} |`;
      });
    return [`## ${op}`, '', '| values | attribute | kind | holds |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
  });
  return `${opening}\n${sections.join('\n')}`;
}
