-- How many jobs are in each state: with millions of them, counting them for every look at the network takes seconds.
CREATE TABLE "job_count" (
    "status" TEXT NOT NULL,
    "jobs" BIGINT NOT NULL,

    CONSTRAINT "job_count_pkey" PRIMARY KEY ("status")
);

-- Nobody writes jobs between counting them and the triggers.
LOCK TABLE "job" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "job_count" SELECT "status", count(*) FROM "job" GROUP BY "status";

-- Once for each statement, in its transaction: no way of writing jobs or taking them back can forget to count.
CREATE FUNCTION "count_jobs"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO job_count AS c (status, jobs) SELECT status, count(*) FROM new_rows GROUP BY status
        ON CONFLICT (status) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE job_count AS c SET jobs = c.jobs - gone.jobs
        FROM (SELECT status, count(*) AS jobs FROM old_rows GROUP BY status) AS gone WHERE gone.status = c.status;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO job_count AS c (status, jobs)
        SELECT status, sum(change) FROM (
            SELECT status, count(*) AS change FROM new_rows GROUP BY status
            UNION ALL SELECT status, -count(*) FROM old_rows GROUP BY status
        ) AS moved GROUP BY status HAVING sum(change) <> 0
        ON CONFLICT (status) DO UPDATE SET jobs = c.jobs + excluded.jobs;
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
