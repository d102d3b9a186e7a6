-- A statement in a trigger keeps the plan of its first time. In a database that is filled that was made with empty tables, of which
-- reading everything is the cheapest: each commit of a load read all outcomes that were there, twice. What a statement changed is looked
-- up row by row now, whatever the plan; and it is few rows among many, but where all is folded anew.
CREATE OR REPLACE FUNCTION "count_outcomes_of_jobs"() RETURNS TRIGGER LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT node, state, count(*) FROM (
            SELECT j.node, (SELECT r.state FROM result_facts AS r WHERE r.job_id = j.id) AS state FROM new_rows AS j
        ) AS added WHERE node IS NOT NULL AND state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT node, state, -count(*) FROM (
            SELECT j.node, (SELECT r.state FROM result_facts AS r WHERE r.job_id = j.id) AS state FROM old_rows AS j
        ) AS gone WHERE node IS NOT NULL AND state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT node, state, sum(change) FROM (
            SELECT moved.node, moved.change, (SELECT r.state FROM result_facts AS r WHERE r.job_id = moved.id) AS state
            FROM (
                SELECT o.id, o.node, -1 AS change FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE n.node IS DISTINCT FROM o.node
                UNION ALL
                SELECT n.id, n.node, 1 FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE n.node IS DISTINCT FROM o.node
            ) AS moved
        ) AS changed WHERE node IS NOT NULL AND state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSE
        DELETE FROM outcome_count;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION "count_outcomes_of_results"() RETURNS TRIGGER LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM outcome_count;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT node, state, count(*) FROM (
            SELECT (SELECT j.node FROM job AS j WHERE j.id = r.job_id) AS node, r.state FROM new_rows AS r
        ) AS added WHERE node IS NOT NULL AND state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT node, state, -count(*) FROM (
            SELECT (SELECT j.node FROM job AS j WHERE j.id = r.job_id) AS node, r.state FROM old_rows AS r
        ) AS gone WHERE node IS NOT NULL AND state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    END IF;
    RETURN NULL;
END $$;

-- The same for the moments of jobs whose node changes.
ALTER FUNCTION "mark_job_hours"() SET enable_seqscan = off;
