import './keep-node-fetch.js';

import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';

/** A connection was refused because it would leave the public internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** Whether an IP address is a public unicast one; false for loopback, private, link-local, mapped and reserved ones. */
function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** Resolves names, and fails where any answer is not public: the address checked is the address connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const first = addresses[0];
    if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
      return callback(new PrivateAddressError(`${hostname} resolves to a private address`), '', 0);
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

/**
 * An HTTP agent for gateways. Unless `allowPrivate`, every connection, also of a redirect,
 * must go to a public address.
 */
export function createGuardedAgent({ allowPrivate }: { allowPrivate: boolean }): Agent {
  if (allowPrivate) return new Agent({ connect: { timeout: 10_000 } });
  const connect = buildConnector({ timeout: 10_000, lookup: publicLookup });
  return new Agent({
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      // Names go through the look-up above; an address written out does not.
      if (isIP(host) !== 0 && !isPublicAddress(host)) {
        return callback(new PrivateAddressError(`${host} is a private address`), null);
      }
      return connect(options, callback);
    },
  });
}
