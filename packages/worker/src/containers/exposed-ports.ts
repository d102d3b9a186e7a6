import { z } from 'zod';

const Http = z.object({
  type: z.literal('http'),
  path: z.string(),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  expected_status: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  continuous: z.boolean(),
});
const WebSocketCheck = z.object({
  type: z.literal('websocket'),
  expected_response: z.string(),
  continuous: z.boolean(),
});
const Check = z.discriminatedUnion('type', [Http, WebSocketCheck]);
export type HealthCheck = z.infer<typeof Check>;

const Entry = z.union([
  z.int().min(1).max(65_535),
  z.object({
    port: z.int().min(1).max(65_535),
    type: z.string().optional(),
    health_checks: z.array(Check).max(20).optional(),
  }),
]);

export interface ExposedPort {
  readonly port: number;
  readonly checks: readonly HealthCheck[];
}

/**
 * The ports that an op exposes, with their health checks. An object that is not in a list exposes nothing, as on the network's hosts.
 * @returns what is wrong, with its place, where that is no list of ports
 */
export function exposedPorts(
  expose: unknown,
  path: string,
  most: number,
): { ok: true; ports: readonly ExposedPort[] } | { ok: false; message: string } {
  const isLoneObject = typeof expose === 'object' && !Array.isArray(expose);
  if (expose === undefined || isLoneObject) return { ok: true, ports: [] };
  const entries = Array.isArray(expose) ? (expose as unknown[]) : [expose];
  const ports: ExposedPort[] = [];
  for (const [index, entry] of entries.entries()) {
    const here = Array.isArray(expose) ? `${path}[${index}]` : path;
    const parsed = Entry.safeParse(entry);
    if (!parsed.success) return { ok: false, message: `${here}: ${parsed.error.issues[0]?.message}` };
    const { data } = parsed;
    ports.push(
      typeof data === 'object'
        ? { port: data.port, checks: data.health_checks ?? [] }
        : { port: data, checks: [] },
    );
    if (ports.length > most) return { ok: false, message: `${here}: more than ${most} ports` };
  }
  return { ok: true, ports };
}
