-- What is read from documents: more of definitions, the fault of every job that is over, the nodes' hardware.
-- All of it follows from the chain and from documents, so it is emptied here and read again.

TRUNCATE "definition_facts", "result_facts", "receipt";

-- AlterTable
ALTER TABLE "definition_facts"
    ADD COLUMN "operations" INTEGER NOT NULL,
    ADD COLUMN "model_source" TEXT,
    ADD COLUMN "required_vram_gb" DOUBLE PRECISION,
    ADD COLUMN "resources" JSONB NOT NULL,
    ADD COLUMN "ports" INTEGER[],
    ADD COLUMN "service" BOOLEAN,
    ADD COLUMN "confidential" BOOLEAN NOT NULL,
    ADD COLUMN "awaiting" TEXT[];

-- AlterTable
ALTER TABLE "result_facts"
    ALTER COLUMN "cid" DROP NOT NULL,
    ALTER COLUMN "state" DROP NOT NULL,
    ADD COLUMN "definition_cid" TEXT NOT NULL,
    ADD COLUMN "basis" TEXT NOT NULL,
    ADD COLUMN "outcome" TEXT NOT NULL,
    ADD COLUMN "fault" TEXT NOT NULL,
    ADD COLUMN "fault_code" TEXT NOT NULL,
    ADD COLUMN "fault_reason" TEXT NOT NULL,
    ADD COLUMN "host_generation" TEXT,
    ADD COLUMN "waits_for" TEXT;

-- CreateIndex
CREATE INDEX "result_facts_cid_waits_for_idx" ON "result_facts"("cid", "waits_for");

-- CreateIndex
CREATE INDEX "result_facts_definition_cid_waits_for_idx" ON "result_facts"("definition_cid", "waits_for");

-- CreateIndex
CREATE INDEX "result_facts_waits_for_idx" ON "result_facts"("waits_for");

-- CreateTable
CREATE TABLE "node_hardware" (
    "job_id" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "result_cid" TEXT NOT NULL,
    "poster" TEXT NOT NULL,
    "operations" TEXT[],
    "images" TEXT[],
    "measured_at" BIGINT,
    "self_reported" BOOLEAN NOT NULL,
    "system_environment" TEXT,
    "cpu_model" TEXT,
    "physical_cores" INTEGER,
    "logical_cores" INTEGER,
    "ram_mb" DOUBLE PRECISION,
    "disk_gb" DOUBLE PRECISION,
    "gpus" JSONB,
    "gpu_error" TEXT,
    "cuda_runtime" TEXT,
    "cuda_driver" TEXT,
    "nvml_driver" TEXT,
    "country" TEXT,
    "ping_ms" DOUBLE PRECISION,
    "download_mbps" DOUBLE PRECISION,
    "upload_mbps" DOUBLE PRECISION,
    "benchmark_model" TEXT,
    "tokens_per_second" DOUBLE PRECISION,
    "gpu_wattage_avg" DOUBLE PRECISION,
    "gpu_temperature_avg" DOUBLE PRECISION,
    "benchmark" JSONB,

    CONSTRAINT "node_hardware_pkey" PRIMARY KEY ("job_id")
);

-- CreateIndex
CREATE INDEX "node_hardware_node_measured_at_idx" ON "node_hardware"("node", "measured_at");

-- AlterTable: documents that were asked for in vain wait in a lane of their own.
ALTER TABLE "content" ADD COLUMN "retrying" BOOLEAN NOT NULL DEFAULT false;
UPDATE "content" SET "retrying" = true WHERE "json" IS NULL AND "attempts" > 0;

-- DropIndex
DROP INDEX "content_next_attempt_at_idx";

-- CreateIndex
CREATE INDEX "content_retrying_next_attempt_at_idx" ON "content"("retrying", "next_attempt_at");

UPDATE "content" SET "next_attempt_at" = now() WHERE "json" IS NOT NULL;
