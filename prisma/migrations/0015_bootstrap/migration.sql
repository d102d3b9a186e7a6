-- An index may begin in the middle of history, with the accounts of one moment. What lies before it is not known.

-- AlterTable
ALTER TABLE "job" ALTER COLUMN "listed_signature" DROP NOT NULL;

-- AlterTable
ALTER TABLE "run" ALTER COLUMN "started_signature" DROP NOT NULL;

-- AlterTable
ALTER TABLE "ledger_entry" ALTER COLUMN "signature" DROP NOT NULL;

-- CreateTable
CREATE TABLE "bootstrap" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "slot" BIGINT NOT NULL,
    "block_time" BIGINT,
    "last_slot" BIGINT NOT NULL,
    "last_signature" TEXT NOT NULL,
    "records" JSONB NOT NULL,
    "at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bootstrap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bootstrap_row" (
    "table_name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "row" JSONB NOT NULL,

    CONSTRAINT "bootstrap_row_pkey" PRIMARY KEY ("table_name", "key")
);
