-- Stakes, registrations and rewards beside jobs, and which program and form of it every event had.

-- AlterTable
ALTER TABLE "event" ADD COLUMN "program" TEXT NOT NULL DEFAULT 'jobs',
ADD COLUMN "form" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "job" ADD COLUMN "priced_per_job" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "stake" (
    "id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "vault" TEXT NOT NULL,
    "amount" DECIMAL(20,0),
    "duration" BIGINT,
    "time_unstake" BIGINT,
    "xnos" DECIMAL(39,0),
    "vault_balance" DECIMAL(20,0) NOT NULL,
    "opened_at" BIGINT,
    "opened_position" TEXT COLLATE "C",
    "closed_at" BIGINT,
    "closed_position" TEXT COLLATE "C",
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "stake_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node_registration" (
    "address" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "audited" BOOLEAN,
    "architecture" INTEGER NOT NULL,
    "country" INTEGER NOT NULL,
    "cpu" INTEGER NOT NULL,
    "gpu" INTEGER NOT NULL,
    "memory" INTEGER NOT NULL,
    "iops" INTEGER NOT NULL,
    "storage" INTEGER NOT NULL,
    "endpoint" TEXT NOT NULL,
    "icon" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "registered_at" BIGINT,
    "registered_position" TEXT COLLATE "C",
    "updated_at" BIGINT,
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "node_registration_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "reward_pool" (
    "address" TEXT NOT NULL,
    "vault" TEXT NOT NULL,
    "rate" DECIMAL(39,0),
    "total_reflection" DECIMAL(39,0),
    "total_xnos" DECIMAL(39,0),
    "vault_balance" DECIMAL(20,0) NOT NULL,
    "fees_added" DECIMAL(20,0) NOT NULL,
    "claimed" DECIMAL(20,0) NOT NULL,
    "opened_at" BIGINT,
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "reward_pool_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "reward" (
    "id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "reflection" DECIMAL(39,0),
    "xnos" DECIMAL(39,0),
    "claimed" DECIMAL(20,0) NOT NULL,
    "opened_at" BIGINT,
    "opened_position" TEXT COLLATE "C",
    "closed_at" BIGINT,
    "closed_position" TEXT COLLATE "C",
    "updated_position" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "reward_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "stake_owner_idx" ON "stake"("owner");

-- CreateIndex
CREATE INDEX "stake_closed_position_idx" ON "stake"("closed_position");

-- CreateIndex
CREATE INDEX "node_registration_node_idx" ON "node_registration"("node");

-- CreateIndex
CREATE INDEX "reward_owner_idx" ON "reward"("owner");

-- CreateIndex
CREATE INDEX "reward_closed_position_idx" ON "reward"("closed_position");
