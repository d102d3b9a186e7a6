/* Metaplex token metadata, as far as the collection that an NFT belongs to. */
#pragma once
#include "sdk/borsh.h"
#include "sdk/pda.h"

static inline void find_metadata_address(const Pubkey *mint, Pubkey *out) {
  u8 bump;
  const Slice seeds[3] = {SEED("metadata"), SEED_KEY(&METADATA_PROGRAM), SEED_KEY(mint)};
  find_program_address(seeds, 3, &METADATA_PROGRAM, out, &bump);
}

/* The collection's key where the metadata names a verified one, else NULL. */
OUTLINED const Pubkey *verified_collection(const AccountInfo *metadata) {
  Reader reader = {metadata->data, metadata->data + metadata->data_len, false};
  read_bytes(&reader, 1 + 32 + 32);                                         /* key, update authority, mint */
  skip_string(&reader);                                                     /* name */
  skip_string(&reader);                                                     /* symbol */
  skip_string(&reader);                                                     /* uri */
  read_bytes(&reader, 2);                                                   /* seller fee */
  if (read_flag(&reader)) read_bytes(&reader, (u64)read_u32(&reader) * 34); /* creators */
  read_flag(&reader);                                                       /* primary sale happened */
  read_flag(&reader);                                                       /* mutable */
  if (read_flag(&reader)) read_u8(&reader);                                 /* edition nonce */
  if (read_flag(&reader)) read_u8(&reader);                                 /* token standard */
  if (!read_flag(&reader) || !read_flag(&reader)) return NULL;              /* collection, verified */
  return (const Pubkey *)read_bytes(&reader, 32);
}
