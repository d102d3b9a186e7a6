/* Who may work in a market: nodes with enough stake and, where the market asks for it, an access NFT. */
#pragma once
#include "jobs/constraints.h"
#include "sdk/metadata.h"
#include "sdk/stake.h"
#include "sdk/u128.h"

static inline bool is_open_to_all(const Context *context, u64 market) {
  return equal32(data_of(context, market) + MARKET_NODE_ACCESS_KEY, &SYSTEM_PROGRAM);
}

static inline Result check_stake(const Context *context, u64 stake, u64 market, u64 authority) {
  TRY(check_stake_authority(context, stake, authority));
  bool enough = u128_at_least(load_u128(data_of(context, stake) + STAKE_XNOS),
                              load_u128(data_of(context, market) + MARKET_NODE_XNOS_MINIMUM));
  TRY(check(context, stake, enough, &NODE_NOT_ENOUGH_STAKE));
  Pubkey expected;
  find_stake_address(key_of(context, authority), &expected);
  return check_key(context, stake, &expected, &INVALID_STAKE_ACCOUNT);
}

static inline Result check_access_nft(const Context *context, u64 nft, u64 market, u64 authority) {
  if (is_open_to_all(context, market)) return OK;
  const u8 *token = data_of(context, nft);
  TRY(check(context, nft, equal32(token_owner(token), key_of(context, authority)), &NODE_NFT_WRONG_OWNER));
  return check(context, nft, token_amount(token) >= 1, &NODE_NFT_INVALID_AMOUNT);
}

/* The metadata's address is the metadata program's own, so only that program can have written it. */
static inline Result check_access_metadata(const Context *context, u64 metadata, u64 nft, u64 market) {
  if (is_open_to_all(context, market)) return OK;
  Pubkey expected;
  find_metadata_address(token_mint(data_of(context, nft)), &expected);
  const Pubkey *collection =
      equal32(key_of(context, metadata), &expected) ? verified_collection(account(context, metadata)) : NULL;
  bool admitted =
      collection != NULL && equal32(collection, data_of(context, market) + MARKET_NODE_ACCESS_KEY);
  return check(context, metadata, admitted, &NODE_KEY_INVALID_COLLECTION);
}
