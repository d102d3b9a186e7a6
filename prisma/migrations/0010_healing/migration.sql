-- What became of a difference that was found.

-- AlterTable
ALTER TABLE "difference" ADD COLUMN "healed_at" TIMESTAMPTZ;
ALTER TABLE "difference" ADD COLUMN "healing" TEXT;
