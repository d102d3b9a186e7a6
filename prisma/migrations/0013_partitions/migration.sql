-- Events and ledger entries in partitions by slot. A position begins with its slot in 12 digits and compares byte by byte, so
-- ranges of positions are ranges of slots and keys stay what they are. A partition holds the 10,000,000 slots whose positions
-- begin with the five digits of its name: 46 days at 0.4 s a slot.

ALTER TABLE "event" RENAME TO "event_whole";
ALTER INDEX "event_pkey" RENAME TO "event_whole_pkey";
ALTER TABLE "ledger_entry" RENAME TO "ledger_entry_whole";
ALTER INDEX "ledger_entry_pkey" RENAME TO "ledger_entry_whole_pkey";

-- CreateTable
CREATE TABLE "event" (
    LIKE "event_whole" INCLUDING DEFAULTS,

    CONSTRAINT "event_pkey" PRIMARY KEY ("position")
) PARTITION BY RANGE ("position");

-- CreateTable
CREATE TABLE "ledger_entry" (
    LIKE "ledger_entry_whole" INCLUDING DEFAULTS,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("position")
) PARTITION BY RANGE ("position");

-- Makes the partitions that slots need, where they are missing. A table that is made and then attached waits for no reader,
-- as one that is created as a partition does.
CREATE FUNCTION "add_partitions"("first_slot" BIGINT, "last_slot" BIGINT) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
    parent TEXT;
    prefix TEXT;
    partition TEXT;
BEGIN
    FOR number IN first_slot / 10000000 .. last_slot / 10000000 LOOP
        prefix := lpad(number::TEXT, 5, '0');
        FOREACH parent IN ARRAY ARRAY['event', 'ledger_entry'] LOOP
            partition := parent || '_' || prefix;
            CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS)', partition, parent);
            -- As for everything else that a load in bulk fills, until that is over.
            IF EXISTS (SELECT FROM public.deferred_index) THEN
                EXECUTE format('ALTER TABLE public.%I SET (autovacuum_enabled = false)', partition);
            END IF;
            EXECUTE format(
                'ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                parent, partition, prefix, lpad((number + 1)::TEXT, 5, '0')
            );
        END LOOP;
    END LOOP;
END $$;

SET LOCAL maintenance_work_mem = '256MB';

-- All that a localnet needs.
SELECT "add_partitions"(0, 0);

SELECT "add_partitions"(min("slot"), max("slot"))
FROM (SELECT "slot" FROM "event_whole" UNION ALL SELECT "slot" FROM "ledger_entry_whole") AS "stored"
HAVING count(*) > 0;

INSERT INTO "event" SELECT * FROM "event_whole";
INSERT INTO "ledger_entry" SELECT * FROM "ledger_entry_whole";

CREATE OR REPLACE FUNCTION "job_moments"("id" TEXT) RETURNS SETOF BIGINT
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT "block_time" FROM "ledger_entry" WHERE "job_id" = "job_moments"."id"
    UNION ALL SELECT "ended_at" FROM "run" WHERE "job_id" = "job_moments"."id"
    UNION ALL SELECT "counted_at" FROM "result_facts" WHERE "job_id" = "job_moments"."id";
END;

DROP TABLE "event_whole";
DROP TABLE "ledger_entry_whole";

CREATE TRIGGER "rollup_added" AFTER INSERT ON "ledger_entry"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

-- CreateIndex: but those that an interrupted load put off, which makes them at its end.
DO $$
DECLARE
    line RECORD;
BEGIN
    FOR line IN SELECT * FROM (VALUES
        ('event_signature_idx', 'CREATE INDEX "event_signature_idx" ON "event"("signature")'),
        ('event_job_position_idx', 'CREATE INDEX "event_job_position_idx" ON "event"("job", "position")'),
        ('event_node_position_idx', 'CREATE INDEX "event_node_position_idx" ON "event"("node", "position")'),
        ('event_market_position_idx', 'CREATE INDEX "event_market_position_idx" ON "event"("market", "position")'),
        ('event_project_position_idx', 'CREATE INDEX "event_project_position_idx" ON "event"("project", "position")'),
        ('ledger_entry_job_id_position_idx', 'CREATE INDEX "ledger_entry_job_id_position_idx" ON "ledger_entry"("job_id", "position")'),
        ('ledger_entry_market_position_idx', 'CREATE INDEX "ledger_entry_market_position_idx" ON "ledger_entry"("market", "position")'),
        ('ledger_entry_block_time_idx', 'CREATE INDEX "ledger_entry_block_time_idx" ON "ledger_entry"("block_time")')
    ) AS index (name, definition)
    WHERE NOT EXISTS (SELECT FROM deferred_index AS d WHERE d.name = index.name)
    LOOP
        EXECUTE line.definition;
    END LOOP;
    IF EXISTS (SELECT FROM deferred_index) THEN
        ALTER TABLE ledger_entry DISABLE TRIGGER USER;
    END IF;
END $$;

-- Nobody counts the rows of a table in partitions by itself.
ANALYZE "event", "ledger_entry";

-- What is not kept any more. No row, or nulls: everything is.

-- CreateTable
CREATE TABLE "retention" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "events_from_slot" BIGINT,
    "archive_from_slot" BIGINT,
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "retention_pkey" PRIMARY KEY ("id")
);

-- AlterTable: what a document said stays when the document itself goes.
ALTER TABLE "content" ADD COLUMN "dropped_at" TIMESTAMPTZ;
