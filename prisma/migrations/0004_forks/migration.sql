-- What was stored before it was final can be taken back.

-- CreateTable
CREATE TABLE "block" (
    "slot" BIGINT NOT NULL,
    "blockhash" TEXT NOT NULL,

    CONSTRAINT "block_pkey" PRIMARY KEY ("slot")
);

-- CreateTable
CREATE TABLE "undo" (
    "slot" BIGINT NOT NULL,
    "table_name" TEXT NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "before" JSONB,

    CONSTRAINT "undo_pkey" PRIMARY KEY ("slot", "table_name", "key")
);

-- AlterTable: what older versions stored counts as final, as it did for them.
ALTER TABLE "checkpoint" ADD COLUMN "finalized_slot" BIGINT NOT NULL DEFAULT -1;
UPDATE "checkpoint" SET "finalized_slot" = "slot" WHERE "signature" IS NOT NULL;
