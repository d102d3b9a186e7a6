-- What is listed of several addresses. A listing that was under way begins again.

-- DropTable
DROP TABLE "signature_spool";
DROP TABLE "signature_spool_state";

-- CreateTable
CREATE TABLE "signature_spool" (
    "slot" BIGINT NOT NULL,
    "address" TEXT COLLATE "C" NOT NULL,
    "place" BIGINT NOT NULL,
    "signature" TEXT NOT NULL,
    "transaction_index" INTEGER,

    CONSTRAINT "signature_spool_pkey" PRIMARY KEY ("slot", "address", "place")
);

-- CreateTable
CREATE TABLE "signature_spool_state" (
    "address" TEXT COLLATE "C" NOT NULL,
    "after_slot" BIGINT NOT NULL,
    "up_to_slot" BIGINT NOT NULL,
    "complete" BOOLEAN NOT NULL,
    "listed" BIGINT NOT NULL,
    "oldest_signature" TEXT,
    "oldest_slot" BIGINT,

    CONSTRAINT "signature_spool_state_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "address_mark" (
    "address" TEXT COLLATE "C" NOT NULL,
    "slot" BIGINT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "address_mark_pkey" PRIMARY KEY ("address", "slot")
);

-- AlterTable: the addresses that are followed; none where an older version followed the jobs program alone.
ALTER TABLE "checkpoint" ADD COLUMN "scope" TEXT[];
