/* Errors of the jobs program. Numbers, names and texts are those that every client of the network knows. */
#pragma once
#include "sdk/errors.h"

DEFINE_ERROR(INVALID_MARKET_ACCOUNT, 6000, "InvalidMarketAccount", "This market account is not valid.");
DEFINE_ERROR(MARKET_IN_WRONG_STATE, 6001, "MarketInWrongState",
             "This market does not have the right status.");
DEFINE_ERROR(NOT_IN_MARKET_QUEUE, 6002, "NotInMarketQueue",
             "Account cannot be find account in market queue.");
DEFINE_ERROR(INVALID_JOB_ACCOUNT, 6003, "InvalidJobAccount", "This job account is not valid.");
DEFINE_ERROR(JOB_IN_WRONG_STATE, 6004, "JobInWrongState", "This job does not have the right status.");
DEFINE_ERROR(JOB_NOT_EXPIRED, 6005, "JobNotExpired", "The job has not yet expired.");
DEFINE_ERROR(JOB_RESULT_NULL, 6006, "JobResultNull", "The job result can not be null.");
DEFINE_ERROR(JOB_TIMEOUT_NOT_GREATER, 6008, "JobTimeoutNotGreater",
             "The new job timeout should be larger than the current one.");
DEFINE_ERROR(JOB_RESULTS_ALREADY_SET, 6010, "JobResultsAlreadySet", "The job results are already set.");
DEFINE_ERROR(NODE_NOT_ENOUGH_STAKE, 6013, "NodeNotEnoughStake", "This node has not staked enough tokens.");
DEFINE_ERROR(NODE_ALREADY_QUEUED, 6014, "NodeAlreadyQueued", "This node is already present in the queue.");
DEFINE_ERROR(NODE_NFT_WRONG_OWNER, 6016, "NodeNftWrongOwner", "This NFT is not owned by this node.");
DEFINE_ERROR(NODE_NFT_INVALID_AMOUNT, 6017, "NodeNftInvalidAmount", "Access NFT amount cannot be 0.");
DEFINE_ERROR(NODE_KEY_INVALID_COLLECTION, 6018, "NodeKeyInvalidCollection",
             "This access key does not belong to a verified collection.");
