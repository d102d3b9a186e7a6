-- What the events of a transaction do not tell: with it they can be folded again without the transaction.

-- AlterTable
ALTER TABLE "chain_transaction" ADD COLUMN "beside_calls" JSONB;
