import { z } from 'zod';

/** Ports listed of one definition; beyond is more than anybody serves. */
const MAX_PORTS = 100;
const HIGHEST_PORT = 65_535;

const Port = z.union([z.number(), z.string().max(200)]);
const PortObject = z.looseObject({ port: Port });

export interface Exposure {
  /** Known ports, ascending. */
  readonly ports: number[];
  /** It exposes something, if only what a literal will name when it runs. */
  readonly exposes: boolean;
}

/**
 * What an op exposes: a port, a range, a literal, or a list of these and of objects. An object that is not in a list
 * exposes nothing on the network's hosts, unless it spreads a literal.
 */
export function exposureOf(expose: unknown, variables: Readonly<Record<string, unknown>>): Exposure {
  const entries = Array.isArray(expose) ? expose.slice(0, MAX_PORTS) : isPort(expose) ? [expose] : [];
  const ports = new Set<number>();
  let exposes = false;
  for (const entry of [...entries, ...(isSpread(expose) ? [expose] : [])]) {
    const port = isPort(entry) ? entry : PortObject.safeParse(entry).data?.port;
    if (port === undefined && !isSpread(entry)) continue;
    exposes = true;
    for (const each of port === undefined ? [] : portsOf(port, variables)) {
      if (ports.size < MAX_PORTS) ports.add(each);
    }
  }
  return { ports: [...ports].sort((a, b) => a - b), exposes };
}

const isPort = (value: unknown): value is number | string => Port.safeParse(value).success;

const isSpread = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, '__spread__') === 'string';

function portsOf(port: number | string, variables: Readonly<Record<string, unknown>>): number[] {
  const variable = /^%%global\.variables\.([^%]+)%%$/.exec(String(port))?.[1];
  const value = variable !== undefined && Object.hasOwn(variables, variable) ? variables[variable] : port;
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(String(value));
  const [first, last] = range ? [Number(range[1]), Number(range[2])] : [Number(value), Number(value)];
  if (!isValid(first) || !isValid(last) || last < first) return [];
  return Array.from({ length: Math.min(last - first + 1, MAX_PORTS) }, (_, index) => first + index);
}

const isValid = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT;
