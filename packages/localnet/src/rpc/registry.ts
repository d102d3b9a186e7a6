import type { RpcMethod } from './method.js';
import { getAccountInfo } from './methods/get-account-info.js';
import { getBalance } from './methods/get-balance.js';
import { getBlock } from './methods/get-block.js';
import { getBlockHeight } from './methods/get-block-height.js';
import { getBlockTime } from './methods/get-block-time.js';
import { getBlocks } from './methods/get-blocks.js';
import { getBlocksWithLimit } from './methods/get-blocks-with-limit.js';
import { getEpochInfo } from './methods/get-epoch-info.js';
import { getFeeForMessage } from './methods/get-fee-for-message.js';
import { getFirstAvailableBlock } from './methods/get-first-available-block.js';
import { getGenesisHash } from './methods/get-genesis-hash.js';
import { getHealth } from './methods/get-health.js';
import { getIdentity } from './methods/get-identity.js';
import { getLatestBlockhash } from './methods/get-latest-blockhash.js';
import { getMinimumBalanceForRentExemption } from './methods/get-minimum-balance-for-rent-exemption.js';
import { getMultipleAccounts } from './methods/get-multiple-accounts.js';
import { getPriorityFeeEstimate } from './methods/get-priority-fee-estimate.js';
import { getProgramAccounts } from './methods/get-program-accounts.js';
import { getRecentPrioritizationFees } from './methods/get-recent-prioritization-fees.js';
import { getSignatureStatuses } from './methods/get-signature-statuses.js';
import { getSignaturesForAddress } from './methods/get-signatures-for-address.js';
import { getSlot } from './methods/get-slot.js';
import { getSlotLeader } from './methods/get-slot-leader.js';
import { getSupply } from './methods/get-supply.js';
import { getTokenAccountBalance } from './methods/get-token-account-balance.js';
import { getTokenAccountsByDelegate } from './methods/get-token-accounts-by-delegate.js';
import { getTokenAccountsByOwner } from './methods/get-token-accounts-by-owner.js';
import { getTokenLargestAccounts } from './methods/get-token-largest-accounts.js';
import { getTokenSupply } from './methods/get-token-supply.js';
import { getTransaction } from './methods/get-transaction.js';
import { getTransactionCount } from './methods/get-transaction-count.js';
import { getTransactionsForAddress } from './methods/get-transactions-for-address.js';
import { getVersion } from './methods/get-version.js';
import { getVoteAccounts } from './methods/get-vote-accounts.js';
import { isBlockhashValid } from './methods/is-blockhash-valid.js';
import { requestAirdrop } from './methods/request-airdrop.js';
import { sendTransaction } from './methods/send-transaction.js';
import { simulateTransaction } from './methods/simulate-transaction.js';

/** Every method of the RPC by its name. */
export const RPC_METHODS: ReadonlyMap<string, RpcMethod> = new Map(
  [
    getAccountInfo,
    getBalance,
    getBlockHeight,
    getBlockTime,
    getBlock,
    getBlocksWithLimit,
    getBlocks,
    getEpochInfo,
    getFeeForMessage,
    getFirstAvailableBlock,
    getGenesisHash,
    getHealth,
    getIdentity,
    getLatestBlockhash,
    getMinimumBalanceForRentExemption,
    getMultipleAccounts,
    getPriorityFeeEstimate,
    getProgramAccounts,
    getRecentPrioritizationFees,
    getSignatureStatuses,
    getSignaturesForAddress,
    getSlot,
    getSlotLeader,
    getSupply,
    getTokenAccountBalance,
    getTokenAccountsByDelegate,
    getTokenAccountsByOwner,
    getTokenLargestAccounts,
    getTokenSupply,
    getTransactionCount,
    getTransaction,
    getTransactionsForAddress,
    getVersion,
    getVoteAccounts,
    isBlockhashValid,
    requestAirdrop,
    sendTransaction,
    simulateTransaction,
  ].map((method) => [method.name, method]),
);
