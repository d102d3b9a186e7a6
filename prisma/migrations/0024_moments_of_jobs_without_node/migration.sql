-- A job may be paid for while its node is not known, because history before that is missing or its run turned out to be another
-- job's. Once it is known, what was counted for nobody is counted for that node, and its hours have to be counted again.
CREATE OR REPLACE FUNCTION "mark_job_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT hour FROM new_rows
        CROSS JOIN LATERAL (VALUES (rollup_hour(listed_at)), (rollup_hour(started_at))) AS touched (hour)
        WHERE hour IS NOT NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT hour FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id
        CROSS JOIN LATERAL (
            VALUES (rollup_hour(o.listed_at)), (rollup_hour(o.started_at)), (rollup_hour(n.listed_at)), (rollup_hour(n.started_at))
        ) AS touched (hour)
        WHERE hour IS NOT NULL
          AND (o.listed_at, o.started_at, o.market, o.project, o.node)
              IS DISTINCT FROM (n.listed_at, n.started_at, n.market, n.project, n.node);
        -- Money, runs and outcomes are counted for whom the job names.
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(at) FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id
        CROSS JOIN LATERAL job_moments(o.id) AS moment (at)
        WHERE rollup_hour(at) IS NOT NULL
          AND (o.market, o.project, o.node) IS DISTINCT FROM (n.market, n.project, n.node);
    ELSE
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(at) FROM old_rows
        CROSS JOIN LATERAL (
            SELECT listed_at UNION ALL SELECT started_at UNION ALL SELECT at FROM job_moments(id) AS moment (at)
        ) AS touched (at)
        WHERE rollup_hour(at) IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- Those that may have been counted without it: of jobs with several runs, or paid to somebody whose run is not there.
INSERT INTO "rollup_dirty" ("hour")
SELECT DISTINCT rollup_hour(l."block_time")
FROM "ledger_entry" AS l
WHERE rollup_hour(l."block_time") IS NOT NULL
  AND l."kind" = 'payout'
  AND (
    l."job_id" IN (SELECT "job_id" FROM "run" GROUP BY "job_id" HAVING count(*) > 1)
    OR NOT EXISTS (SELECT FROM "run" AS r WHERE r."job_id" = l."job_id" AND r."started_at" IS NOT NULL)
  );
