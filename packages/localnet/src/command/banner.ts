import { knownMarkets } from '@inferscan/protocol';
import { NETWORK } from '../genesis/network.js';
import type { Localnet, LocalnetOptions } from '../options.js';

/** What the command prints when the localnet is up: a line for programs, and at a terminal also what a person needs. */
export function describeReady(localnet: Localnet, options: LocalnetOptions, forPerson: boolean): string {
  const content = localnet.contentUrl === null ? '' : ` content=${localnet.contentUrl}`;
  const line = `localnet ready rpc=${localnet.url} ws=${localnet.wsUrl}${content}\n`;
  return forPerson ? `${line}\n${describe(localnet, options)}` : line;
}

function describe(localnet: Localnet, { dataDir, control }: LocalnetOptions): string {
  const rows: [string, string][] = [
    ['RPC', localnet.url],
    ['Websockets', `${localnet.wsUrl}, and the RPC's own port`],
    [
      'Content',
      localnet.contentUrl === null ? 'none' : `${localnet.contentUrl}  pinning; files at /ipfs/CID`,
    ],
    ['Data', dataDir ?? 'temporary, gone when the localnet stops'],
    ['Control API', control === true ? 'open to this computer' : 'off; --control opens it'],
    ['Jobs program', NETWORK.jobsProgram],
    ['NOS mint', NETWORK.nosMint],
    ...knownMarkets('localnet').map(({ address, name }): [string, string] => [
      'Market',
      `${address}  ${name}`,
    ]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const table = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`).join('\n');
  return `${table}

  10 SOL and 500 NOS for a wallet:
  curl ${localnet.url}/faucet -d '{"address":"YOUR ADDRESS","lamports":"10000000000","nos":"500000000"}'

  Ctrl-C stops it. docs/localnet.md tells more.
`;
}
