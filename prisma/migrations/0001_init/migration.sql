-- Positions compare byte by byte (COLLATE "C"): their order is the chain's, whatever the server's locale.

-- CreateTable
CREATE TABLE "chain_transaction" (
    "signature" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,
    "block_time" BIGINT,
    "error" TEXT,
    "fee_payer" TEXT NOT NULL,
    "fee" BIGINT NOT NULL,

    CONSTRAINT "chain_transaction_pkey" PRIMARY KEY ("signature")
);

-- CreateTable
CREATE TABLE "event" (
    "position" TEXT COLLATE "C" NOT NULL,
    "signature" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,
    "path" INTEGER[],
    "block_time" BIGINT,
    "failed" BOOLEAN NOT NULL,
    "instruction" TEXT NOT NULL,
    "accounts" JSONB NOT NULL,
    "args" JSONB NOT NULL,
    "movements" JSONB NOT NULL,
    "market" TEXT,
    "job" TEXT,
    "run" TEXT,
    "node" TEXT,
    "project" TEXT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "market" (
    "address" TEXT NOT NULL,
    "authority" TEXT NOT NULL,
    "vault" TEXT NOT NULL,
    "job_price" DECIMAL(20,0) NOT NULL,
    "job_timeout" BIGINT NOT NULL,
    "job_expiration" BIGINT NOT NULL,
    "job_type" INTEGER NOT NULL,
    "node_access_key" TEXT NOT NULL,
    "node_xnos_minimum" DECIMAL(39,0) NOT NULL,
    "queue_type" TEXT NOT NULL,
    "queue" TEXT[],
    "vault_balance" DECIMAL(20,0) NOT NULL,
    "opened_at" BIGINT,
    "closed_at" BIGINT,
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "market_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "node" TEXT,
    "run_id" TEXT,
    "status" TEXT NOT NULL,
    "definition_digest" TEXT NOT NULL,
    "definition_cid" TEXT NOT NULL,
    "result_digest" TEXT,
    "result_cid" TEXT,
    "price" DECIMAL(20,0) NOT NULL,
    "timeout" BIGINT NOT NULL,
    "listed_at" BIGINT,
    "started_at" BIGINT,
    "ended_at" BIGINT,
    "deposited" DECIMAL(20,0) NOT NULL,
    "paid" DECIMAL(20,0) NOT NULL,
    "refunded" DECIMAL(20,0) NOT NULL,
    "fees" DECIMAL(20,0) NOT NULL,
    "listed_signature" TEXT NOT NULL,
    "listed_position" TEXT COLLATE "C" NOT NULL,
    "closed_at" BIGINT,
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "job_id" TEXT NOT NULL,
    "job" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "started_at" BIGINT,
    "ended_at" BIGINT,
    "ended_by" TEXT,
    "paid" DECIMAL(20,0) NOT NULL,
    "started_signature" TEXT NOT NULL,
    "ended_signature" TEXT,
    "started_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "address" TEXT NOT NULL,
    "first_seen_at" BIGINT,
    "last_seen_at" BIGINT,
    "queued_in" TEXT,
    "runs_started" INTEGER NOT NULL,
    "runs_finished" INTEGER NOT NULL,
    "runs_ended" INTEGER NOT NULL,
    "runs_quit" INTEGER NOT NULL,
    "earned" DECIMAL(20,0) NOT NULL,

    CONSTRAINT "node_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "position" TEXT COLLATE "C" NOT NULL,
    "signature" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "block_time" BIGINT,
    "market" TEXT NOT NULL,
    "job_id" TEXT,
    "kind" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "from_owner" TEXT,
    "to_owner" TEXT,
    "amount" DECIMAL(20,0) NOT NULL,
    "vault_delta" DECIMAL(21,0) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "anomaly" (
    "position" TEXT COLLATE "C" NOT NULL,
    "signature" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "anomaly_pkey" PRIMARY KEY ("position","message")
);

-- CreateTable
CREATE TABLE "content" (
    "cid" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "json" JSONB,
    "bytes" INTEGER,
    "error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ,
    "first_seen_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fetched_at" TIMESTAMPTZ,

    CONSTRAINT "content_pkey" PRIMARY KEY ("cid")
);

-- CreateTable
CREATE TABLE "definition_facts" (
    "cid" TEXT NOT NULL,
    "valid" BOOLEAN NOT NULL,
    "errors" JSONB NOT NULL,
    "op_types" TEXT[],
    "images" TEXT[],
    "model" TEXT,
    "task" TEXT,
    "reasoning" BOOLEAN,
    "precision" TEXT,
    "prompts" INTEGER,
    "gpu" BOOLEAN,
    "trigger" TEXT,

    CONSTRAINT "definition_facts_pkey" PRIMARY KEY ("cid")
);

-- CreateTable
CREATE TABLE "result_facts" (
    "job_id" TEXT NOT NULL,
    "cid" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,

    CONSTRAINT "result_facts_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "receipt" (
    "job_id" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "result_cid" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "model_digest" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "precision" TEXT NOT NULL,
    "runtime" TEXT NOT NULL,
    "runtime_version" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "threads" INTEGER NOT NULL,
    "cpu_model" TEXT NOT NULL,
    "logical_cores" INTEGER NOT NULL,
    "memory_mb" INTEGER NOT NULL,
    "gpus" JSONB NOT NULL,
    "prompt_tokens" BIGINT NOT NULL,
    "completion_tokens" BIGINT NOT NULL,
    "reasoning_tokens" BIGINT NOT NULL,
    "queue_ms" DOUBLE PRECISION NOT NULL,
    "load_ms" DOUBLE PRECISION NOT NULL,
    "first_token_ms" DOUBLE PRECISION NOT NULL,
    "total_ms" DOUBLE PRECISION NOT NULL,
    "output_digest" TEXT NOT NULL,
    "signature_valid" BOOLEAN NOT NULL,
    "finished_at" BIGINT NOT NULL,
    "receipt" JSONB NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("job_id","op")
);

-- CreateTable
CREATE TABLE "checkpoint" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "cluster" TEXT NOT NULL,
    "genesis_hash" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,
    "signature" TEXT,
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "indexer_status" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "head_slot" BIGINT NOT NULL,
    "indexed_slot" BIGINT NOT NULL,
    "phase" TEXT NOT NULL,
    "error" TEXT,
    "heartbeat_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "indexer_status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signature_spool" (
    "ordinal" BIGINT NOT NULL,
    "signature" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "transaction_index" INTEGER,

    CONSTRAINT "signature_spool_pkey" PRIMARY KEY ("ordinal")
);

-- CreateTable
CREATE TABLE "signature_spool_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "after_slot" BIGINT NOT NULL,
    "up_to_slot" BIGINT NOT NULL,
    "complete" BOOLEAN NOT NULL,

    CONSTRAINT "signature_spool_state_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "chain_transaction_slot_index_idx" ON "chain_transaction"("slot", "index");

-- CreateIndex
CREATE INDEX "event_signature_idx" ON "event"("signature");

-- CreateIndex
CREATE INDEX "event_job_position_idx" ON "event"("job", "position");

-- CreateIndex
CREATE INDEX "event_node_position_idx" ON "event"("node", "position");

-- CreateIndex
CREATE INDEX "event_market_position_idx" ON "event"("market", "position");

-- CreateIndex
CREATE INDEX "event_project_position_idx" ON "event"("project", "position");

-- CreateIndex
CREATE UNIQUE INDEX "job_listed_position_key" ON "job"("listed_position");

-- CreateIndex
CREATE INDEX "job_address_listed_position_idx" ON "job"("address", "listed_position");

-- CreateIndex
CREATE INDEX "job_status_listed_position_idx" ON "job"("status", "listed_position");

-- CreateIndex
CREATE INDEX "job_market_listed_position_idx" ON "job"("market", "listed_position");

-- CreateIndex
CREATE INDEX "job_node_listed_position_idx" ON "job"("node", "listed_position");

-- CreateIndex
CREATE INDEX "job_project_listed_position_idx" ON "job"("project", "listed_position");

-- CreateIndex
CREATE INDEX "job_definition_cid_idx" ON "job"("definition_cid");

-- CreateIndex
CREATE INDEX "job_result_cid_idx" ON "job"("result_cid");

-- CreateIndex
CREATE INDEX "run_address_idx" ON "run"("address");

-- CreateIndex
CREATE INDEX "run_job_id_idx" ON "run"("job_id");

-- CreateIndex
CREATE INDEX "run_node_started_position_idx" ON "run"("node", "started_position");

-- CreateIndex
CREATE INDEX "node_queued_in_idx" ON "node"("queued_in");

-- CreateIndex
CREATE INDEX "ledger_entry_job_id_position_idx" ON "ledger_entry"("job_id", "position");

-- CreateIndex
CREATE INDEX "ledger_entry_market_position_idx" ON "ledger_entry"("market", "position");

-- CreateIndex
CREATE INDEX "ledger_entry_block_time_idx" ON "ledger_entry"("block_time");

-- CreateIndex
CREATE INDEX "content_status_next_attempt_at_idx" ON "content"("status", "next_attempt_at");

-- CreateIndex
CREATE INDEX "content_next_attempt_at_idx" ON "content"("next_attempt_at");

-- CreateIndex
CREATE INDEX "definition_facts_model_idx" ON "definition_facts"("model");

-- CreateIndex
CREATE INDEX "receipt_node_finished_at_idx" ON "receipt"("node", "finished_at");

-- CreateIndex
CREATE INDEX "receipt_model_idx" ON "receipt"("model");
