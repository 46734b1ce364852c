export interface DeclaredLimit {
  readonly name: string;
  /** Computed where it can be, else as it is written. */
  readonly value: string;
  /** The comment before it; empty where there is none. */
  readonly meaning: string;
}

const declaration = /^(?:export )?const (\w+)(?:: [^=]+)? = (.+);$/;
const member = /^ {2}(\w+): (.+),$/;

/**
 * Reads the limits that a formatted source file declares: exported constants, and members of exported objects, each with the
 * comment before it.
 */
export function readLimits(source: string): readonly DeclaredLimit[] {
  const constants = new Map<string, number>();
  const limits: DeclaredLimit[] = [];
  let comment: string | undefined;
  let inObject = false;

  const add = (name: string, expression: string): void => {
    limits.push({ name, value: valueText(expression, constants), meaning: comment ?? '' });
    comment = undefined;
  };

  for (const { kind, text } of linesAndComments(source)) {
    if (kind === 'comment') {
      comment = text;
      continue;
    }
    const [, name, expression] = declaration.exec(text) ?? [];
    const [, memberName, memberExpression] = inObject ? (member.exec(text) ?? []) : [];
    if (name !== undefined && expression !== undefined) {
      const value = numberOf(expression, constants);
      if (value !== undefined) constants.set(name, value);
      if (text.startsWith('export ') && !expression.includes('=>')) add(name, expression.replace(/ as const$/, ''));
      else comment = undefined;
    } else if (memberName !== undefined && memberExpression !== undefined) {
      add(memberName, memberExpression);
    } else if (/^export const \w+ = (Object\.freeze\()?\{$/.test(text)) {
      inObject = true;
      comment = undefined;
    } else if (text.startsWith('}')) {
      inObject = false;
    } else if (text.startsWith('export ')) {
      comment = undefined;
    }
  }
  return limits;
}

interface Piece {
  readonly kind: 'line' | 'comment';
  readonly text: string;
}

/** The lines of a source, each documentation comment as one piece without its stars. */
function linesAndComments(source: string): readonly Piece[] {
  return source.split(/(\/\*\*[\s\S]*?\*\/)/).flatMap((part): Piece[] => {
    if (!part.startsWith('/**')) return part.split('\n').map((text) => ({ kind: 'line', text: text.trimEnd() }));
    const text = part
      .replace(/^\/\*\*/, '')
      .replace(/\*\/$/, '')
      .replaceAll(/\n\s*\*/g, ' ');
    return [{ kind: 'comment', text: text.replaceAll(/\s+/g, ' ').trim() }];
  });
}

/** The number that a product of literals and known constants comes to. */
function numberOf(expression: string, constants: ReadonlyMap<string, number>): number | undefined {
  const factors = expression
    .replace(/ as const$/, '')
    .split(' * ')
    .map((factor) => {
      const digits = factor.replaceAll('_', '');
      return /^\d+(\.\d+)?(e\d+)?$/.test(digits) ? Number(digits) : (constants.get(factor) ?? Number.NaN);
    });
  const product = factors.reduce((whole, factor) => whole * factor, 1);
  return Number.isNaN(product) ? undefined : product;
}

function valueText(expression: string, constants: ReadonlyMap<string, number>): string {
  return numberOf(expression, constants)?.toLocaleString('en-US') ?? expression;
}
