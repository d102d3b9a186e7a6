-- Indexes by which lists of jobs are read in their order, from where a page begins. The figures are in
-- docs/decisions/0042-queries-at-scale.md. A load in bulk that is under way makes them at its end.

DROP INDEX IF EXISTS "job_definition_cid_idx", "job_market_listed_position_idx";
DELETE FROM "deferred_index" WHERE "name" IN ('job_definition_cid_idx', 'job_market_listed_position_idx');

SET LOCAL maintenance_work_mem = '256MB';

DO $$
DECLARE
    line RECORD;
BEGIN
    FOR line IN SELECT * FROM (VALUES
        -- Jobs of a definition, and of those that name a model.
        ('job_definition_cid_listed_position_idx', 'CREATE INDEX job_definition_cid_listed_position_idx ON public.job USING btree (definition_cid, listed_position)'),
        -- Jobs of a market, all of them and those in some state. Nothing is counted from the first any more: it holds no more columns.
        ('job_market_listed_position_idx', 'CREATE INDEX job_market_listed_position_idx ON public.job USING btree (market, listed_position)'),
        ('job_market_status_listed_position_idx', 'CREATE INDEX job_market_status_listed_position_idx ON public.job USING btree (market, status, listed_position)'),
        -- Jobs by what their results say: a job's id ends with the position of its listing. Of most nothing is said while a load goes on.
        ('result_facts_state_listed_idx', 'CREATE INDEX result_facts_state_listed_idx ON public.result_facts USING btree (state, split_part(job_id, ''@''::text, 2)) WHERE (state IS NOT NULL)')
    ) AS index (name, definition)
    LOOP
        IF EXISTS (SELECT FROM deferred_index) THEN
            INSERT INTO deferred_index (name, definition) VALUES (line.name, line.definition)
            ON CONFLICT (name) DO UPDATE SET definition = excluded.definition;
        ELSE
            EXECUTE line.definition;
        END IF;
    END LOOP;
END $$;

-- Which definitions name a model, from the index alone.
DROP INDEX "definition_facts_model_idx";
CREATE INDEX "definition_facts_model_cid_idx" ON "definition_facts"("model", "cid");

-- How selective an expression is, the planner knows when somebody has looked.
ANALYZE "result_facts";
