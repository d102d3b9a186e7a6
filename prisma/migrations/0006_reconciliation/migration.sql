-- CreateTable
CREATE TABLE "reconciliation" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "slot" BIGINT NOT NULL,
    "accounts" INTEGER NOT NULL,
    "vaults" INTEGER NOT NULL,
    "differences" INTEGER NOT NULL,

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "difference" (
    "reconciliation_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "indexed" TEXT,
    "on_chain" TEXT,
    "cause" TEXT NOT NULL,

    CONSTRAINT "difference_pkey" PRIMARY KEY ("reconciliation_id", "kind", "address", "field"),
    CONSTRAINT "difference_reconciliation_id_fkey" FOREIGN KEY ("reconciliation_id") REFERENCES "reconciliation"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
