#pragma once
#include "nodes/state.h"
#include "sdk/admin.h"

enum { AUDIT_NODE, AUDIT_AUTHORITY };

static inline void audit_read_args(Reader *args) { read_flag(args); }

static Result audit_check_authority(Context *context, u64 index) {
  return check_network_admin(context, index);
}

static Result audit_node(Context *context) {
  data_of(context, AUDIT_NODE)[NODE_AUDITED] = context->args[0];
  return OK;
}

static const AccountSpec AUDIT_ACCOUNTS[] = {
    {.name = "node", .load = load_node, .writable = true},
    {.name = "authority", .load = load_signer, .check = audit_check_authority},
};
