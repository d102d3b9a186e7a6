-- AlterTable
ALTER TABLE "job" ADD COLUMN "was_stopped" BOOLEAN NOT NULL DEFAULT false;
