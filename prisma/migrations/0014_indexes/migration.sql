-- Indexes by what is asked. The figures are in docs/decisions/0020-partitions-and-retention.md.

-- DropIndex: events are asked for by their place or by their job alone. A load in bulk may have put some off.
DROP INDEX IF EXISTS "event_signature_idx", "event_node_position_idx", "event_market_position_idx", "event_project_position_idx";
DELETE FROM "deferred_index"
WHERE "name" IN ('event_signature_idx', 'event_node_position_idx', 'event_market_position_idx', 'event_project_position_idx');

-- CreateIndex: a market's ledger and jobs are summed from the index alone; open runs and recent jobs are few among all. A load in
-- bulk that is under way makes them at its end.
DO $$
DECLARE
    line RECORD;
BEGIN
    FOR line IN SELECT * FROM (VALUES
        ('ledger_entry_market_position_idx', 'CREATE INDEX ledger_entry_market_position_idx ON public.ledger_entry USING btree (market, "position") INCLUDE (kind, amount, vault_delta)'),
        ('job_market_listed_position_idx', 'CREATE INDEX job_market_listed_position_idx ON public.job USING btree (market, listed_position) INCLUDE (status, node, paid)'),
        ('job_last_at_idx', 'CREATE INDEX job_last_at_idx ON public.job USING btree (COALESCE(ended_at, listed_at))'),
        ('run_open_idx', 'CREATE INDEX run_open_idx ON public.run USING btree (node, started_position) INCLUDE (job) WHERE (ended_signature IS NULL)')
    ) AS index (name, definition)
    LOOP
        IF EXISTS (SELECT FROM deferred_index) THEN
            INSERT INTO deferred_index (name, definition) VALUES (line.name, line.definition)
            ON CONFLICT (name) DO UPDATE SET definition = excluded.definition;
        ELSE
            EXECUTE format('DROP INDEX IF EXISTS %I', line.name);
            EXECUTE line.definition;
        END IF;
    END LOOP;
END $$;

-- CreateIndex
CREATE INDEX "receipt_finished_at_idx" ON "receipt"("finished_at");

-- CreateIndex: rows come in the order of their times, and only those of hours that are counted again are asked for.
DROP INDEX "ledger_value_block_time_idx";
CREATE INDEX "ledger_value_block_time_idx" ON "ledger_value" USING BRIN ("block_time");
