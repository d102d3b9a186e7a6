import type { Connection } from '@solana/web3.js';
import { until } from '../../support.js';

/**
 * Waits until a connection has closed its websocket, which web3.js does half a second after the last subscription. It
 * offers no way to close it, and would go on dialling a localnet that has stopped.
 */
export async function idle(connection: Connection): Promise<void> {
  const client: object = Reflect.get(connection, '_rpcWebSocket');
  await until('the websocket to be closed', async () => Reflect.get(client, 'socket') === undefined);
}
