-- What a NOS was worth, and what each movement of money was worth at its moment.

-- CreateTable
CREATE TABLE "price" (
    "at" BIGINT NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "usd_micro" BIGINT NOT NULL,

    CONSTRAINT "price_pkey" PRIMARY KEY ("at", "source")
);

-- CreateTable
CREATE TABLE "price_window" (
    "source" TEXT NOT NULL,
    "starts_at" BIGINT NOT NULL,
    "fetched_at" TIMESTAMPTZ NOT NULL,
    "prices" INTEGER NOT NULL,
    "error" TEXT,

    CONSTRAINT "price_window_pkey" PRIMARY KEY ("source", "starts_at")
);

-- CreateTable
CREATE TABLE "ledger_value" (
    "position" TEXT COLLATE "C" NOT NULL,
    "block_time" BIGINT NOT NULL,
    "price_at" BIGINT NOT NULL,
    "price_source" TEXT NOT NULL,
    "price_usd_micro" BIGINT NOT NULL,
    "usd_micro" DECIMAL(36,0) NOT NULL,

    CONSTRAINT "ledger_value_pkey" PRIMARY KEY ("position")
);

-- CreateIndex
CREATE INDEX "ledger_value_block_time_idx" ON "ledger_value"("block_time");
