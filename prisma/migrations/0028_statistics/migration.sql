-- Statistics only of what queries look for, compare or join; the other columns are only shown. Postgres counts again whenever a tenth
-- of the rows is new, and comparing the documents of a sample of 30,000 events took it nearly a second of a processor each time.

-- Partitions don't take over from their parent which columns are left out.
CREATE FUNCTION "leave_out_statistics"("part" REGCLASS, "parent" REGCLASS) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
    name TEXT;
BEGIN
    FOR name IN SELECT attname FROM pg_attribute
        WHERE attrelid = parent AND attnum > 0 AND NOT attisdropped AND attstattarget = 0
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', part, name);
    END LOOP;
END $$;

DO $$
DECLARE
    line RECORD;
BEGIN
    FOR line IN
        SELECT a.attrelid::REGCLASS AS parent, a.attname AS name
        FROM (VALUES
            ('chain_transaction', ARRAY['signature', 'slot', 'index', 'beside_calls']),
            ('event', ARRAY['position', 'slot', 'job']),
            ('ledger_entry', ARRAY['position', 'slot', 'block_time', 'market', 'job_id', 'kind'])
        ) AS wide (parent, compared)
        JOIN pg_attribute AS a ON a.attrelid = to_regclass('public.' || wide.parent)
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (wide.compared)
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', line.parent, line.name);
    END LOOP;
    FOR line IN SELECT inhrelid::REGCLASS AS part, inhparent::REGCLASS AS parent FROM pg_inherits
        WHERE inhparent IN ('public.event'::REGCLASS, 'public.ledger_entry'::REGCLASS)
    LOOP
        PERFORM "leave_out_statistics"(line.part, line.parent);
    END LOOP;
END $$;

-- As before (0013), but that a new partition leaves out the same columns.
CREATE OR REPLACE FUNCTION "add_partitions"("first_slot" BIGINT, "last_slot" BIGINT) RETURNS VOID
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
            PERFORM public.leave_out_statistics(to_regclass('public.' || partition), to_regclass('public.' || parent));
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
