import type { DigitLimits, Multiplication } from './multiplication';
import { parseMultiplication } from './multiplication';

/** The multiplication that a definition asks for; null for anything else. */
export function multiplicationIn(definition: unknown, limits: DigitLimits): Multiplication | null {
  const spec = specIn(definition);
  if (typeof spec !== 'object' || spec === null || !('inputs' in spec) || !Array.isArray(spec.inputs))
    return null;
  const [first] = spec.inputs as unknown[];
  if (typeof first !== 'string') return null;
  const parsed = parseMultiplication(first, limits);
  return parsed.ok ? parsed.value : null;
}

/** JSON after "infer" in the first operation's command; null where there is none. */
function specIn(definition: unknown): unknown {
  const ops = field(definition, 'ops');
  const cmd = Array.isArray(ops) ? field(field(ops[0], 'args'), 'cmd') : null;
  if (!Array.isArray(cmd) || cmd[0] !== 'infer' || typeof cmd[1] !== 'string') return null;
  try {
    return JSON.parse(cmd[1]) as unknown;
  } catch {
    return null;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
