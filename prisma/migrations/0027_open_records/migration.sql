-- What an indexer reads when it begins, or takes over: jobs and runs that can still change, which are few among all. And what it
-- compares with the chain: those, and what was closed after the moment that is compared. A load in bulk that is under way makes them
-- at its end.
DO $$
DECLARE
    line RECORD;
BEGIN
    FOR line IN SELECT * FROM (VALUES
        ('job_open_idx', 'CREATE INDEX job_open_idx ON public.job USING btree (id) WHERE ((closed_at IS NULL) OR (status = ''queued''::text))'),
        ('job_closed_idx', 'CREATE INDEX job_closed_idx ON public.job USING btree (updated_position) WHERE (closed_at IS NOT NULL)'),
        ('run_not_ended_idx', 'CREATE INDEX run_not_ended_idx ON public.run USING btree (job_id) WHERE (ended_by IS NULL)')
    ) AS index (name, definition)
    LOOP
        IF EXISTS (SELECT FROM deferred_index) THEN
            INSERT INTO deferred_index (name, definition) VALUES (line.name, line.definition);
        ELSE
            EXECUTE line.definition;
        END IF;
    END LOOP;
END $$;
