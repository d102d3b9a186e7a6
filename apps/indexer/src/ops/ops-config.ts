import { isIP } from 'node:net';

import { ConfigError } from '../config/environment.js';

export interface OpsConfig {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_HOST = '127.0.0.1';

/**
 * Where /health and /metrics are served; null: nowhere, which is the default.
 * @throws ConfigError
 */
export function readOpsConfig(environment: Readonly<Record<string, string | undefined>>): OpsConfig | null {
  const { OPS_PORT: port = '', OPS_HOST: host = '' } = environment;
  const wrong: string[] = [];
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    wrong.push('OPS_PORT: expected a port from 0 (any free one) to 65535');
  }
  if (host !== '' && host !== 'localhost' && isIP(host) === 0) {
    wrong.push('OPS_HOST: expected an IP address of this machine, or localhost');
  }
  if (wrong.length > 0) throw new ConfigError(wrong);
  return port === '' ? null : { host: host === '' ? DEFAULT_HOST : host, port: Number(port) };
}
