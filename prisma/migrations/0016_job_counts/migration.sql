-- How many jobs of which market and node are in each state, and what they paid: with millions of jobs, counting them for every
-- look at the network or a market takes seconds.
CREATE TABLE "job_count" (
    "market" TEXT NOT NULL,
    -- Empty: no node.
    "node" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "jobs" BIGINT NOT NULL,
    "paid" DECIMAL(30,0) NOT NULL,

    CONSTRAINT "job_count_pkey" PRIMARY KEY ("market", "node", "status")
) WITH (fillfactor = 50);

-- Nobody writes jobs between counting them and the triggers.
LOCK TABLE "job" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "job_count"
SELECT "market", coalesce("node", ''), "status", count(*), sum("paid") FROM "job" GROUP BY 1, 2, 3;

-- Once for each statement, in its transaction: no way of writing jobs or taking them back can forget to count.
CREATE FUNCTION "count_jobs"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO job_count AS c (market, node, status, jobs, paid)
        SELECT market, coalesce(node, ''), status, count(*), sum(paid) FROM new_rows GROUP BY 1, 2, 3
        ON CONFLICT (market, node, status) DO UPDATE SET jobs = c.jobs + excluded.jobs, paid = c.paid + excluded.paid;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE job_count AS c SET jobs = c.jobs - gone.jobs, paid = c.paid - gone.paid
        FROM (
            SELECT market, coalesce(node, '') AS node, status, count(*) AS jobs, sum(paid) AS paid FROM old_rows GROUP BY 1, 2, 3
        ) AS gone
        WHERE (gone.market, gone.node, gone.status) = (c.market, c.node, c.status);
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO job_count AS c (market, node, status, jobs, paid)
        SELECT market, node, status, sum(jobs), sum(paid) FROM (
            SELECT market, coalesce(node, '') AS node, status, count(*) AS jobs, sum(paid) AS paid FROM new_rows GROUP BY 1, 2, 3
            UNION ALL
            SELECT market, coalesce(node, ''), status, -count(*), -sum(paid) FROM old_rows GROUP BY 1, 2, 3
        ) AS moved GROUP BY 1, 2, 3 HAVING sum(jobs) <> 0 OR sum(paid) <> 0
        ON CONFLICT (market, node, status) DO UPDATE SET jobs = c.jobs + excluded.jobs, paid = c.paid + excluded.paid;
    ELSE
        DELETE FROM job_count;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_added" AFTER INSERT ON "job"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_jobs"();
CREATE TRIGGER "counted_changed" AFTER UPDATE ON "job"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_jobs"();
CREATE TRIGGER "counted_removed" AFTER DELETE ON "job"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_jobs"();
CREATE TRIGGER "counted_emptied" AFTER TRUNCATE ON "job"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_jobs"();

-- What the results of a node's jobs say, counted in the same way: as many as the two tables joined would give.
CREATE TABLE "outcome_count" (
    "node" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "jobs" BIGINT NOT NULL,

    CONSTRAINT "outcome_count_pkey" PRIMARY KEY ("node", "state")
) WITH (fillfactor = 50);

LOCK TABLE "result_facts" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "outcome_count"
SELECT j."node", r."state", count(*) FROM "job" AS j JOIN "result_facts" AS r ON r."job_id" = j."id"
WHERE j."node" IS NOT NULL AND r."state" IS NOT NULL GROUP BY 1, 2;

-- A statement changes one of the tables: what it changed is joined with the other one as it is.
CREATE FUNCTION "count_outcomes_of_jobs"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT j.node, r.state, count(*) FROM new_rows AS j JOIN result_facts AS r ON r.job_id = j.id
        WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT j.node, r.state, -count(*) FROM old_rows AS j JOIN result_facts AS r ON r.job_id = j.id
        WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT moved.node, r.state, sum(moved.change) FROM (
            SELECT o.id, o.node, -1 AS change FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE n.node IS DISTINCT FROM o.node
            UNION ALL
            SELECT n.id, n.node, 1 FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE n.node IS DISTINCT FROM o.node
        ) AS moved JOIN result_facts AS r ON r.job_id = moved.id
        WHERE moved.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSE
        DELETE FROM outcome_count;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION "count_outcomes_of_results"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM outcome_count;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT j.node, r.state, count(*) FROM new_rows AS r JOIN job AS j ON j.id = r.job_id
        WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        INSERT INTO outcome_count AS c (node, state, jobs)
        SELECT j.node, r.state, -count(*) FROM old_rows AS r JOIN job AS j ON j.id = r.job_id
        WHERE j.node IS NOT NULL AND r.state IS NOT NULL GROUP BY 1, 2
        ON CONFLICT (node, state) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_outcomes_added" AFTER INSERT ON "job"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_jobs"();
CREATE TRIGGER "counted_outcomes_changed" AFTER UPDATE ON "job"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_jobs"();
CREATE TRIGGER "counted_outcomes_removed" AFTER DELETE ON "job"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_jobs"();
CREATE TRIGGER "counted_outcomes_emptied" AFTER TRUNCATE ON "job"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_jobs"();

CREATE TRIGGER "counted_added" AFTER INSERT ON "result_facts"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_results"();
CREATE TRIGGER "counted_changed" AFTER UPDATE ON "result_facts"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_results"();
CREATE TRIGGER "counted_removed" AFTER DELETE ON "result_facts"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_results"();
CREATE TRIGGER "counted_emptied" AFTER TRUNCATE ON "result_facts"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_outcomes_of_results"();
