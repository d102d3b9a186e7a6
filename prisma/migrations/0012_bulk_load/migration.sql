-- What is put off while history is loaded in bulk: indexes that are built when all rows are there. As long as there are
-- rows, a load is under way, or was when its indexer ended.

-- CreateTable
CREATE TABLE "deferred_index" (
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,

    CONSTRAINT "deferred_index_pkey" PRIMARY KEY ("name")
);
