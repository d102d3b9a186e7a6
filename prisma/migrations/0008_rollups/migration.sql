-- Figures per hour and day, and which hours have to be counted again.

-- AlterTable: the moment at which an outcome counts, here for the rows that exist.
ALTER TABLE "result_facts" ADD COLUMN "counted_at" BIGINT;
UPDATE "result_facts" SET "counted_at" = CASE
    WHEN "job"."ended_at" IS NULL AND "outcome" = 'abandoned' AND "timeout" < 253402300800 THEN "job"."started_at" + "job"."timeout"
    ELSE coalesce("job"."ended_at", "job"."started_at", "job"."listed_at")
END FROM "job" WHERE "job"."id" = "result_facts"."job_id";

-- CreateTable
CREATE TABLE "rollup" (
    "granularity" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "starts_at" BIGINT NOT NULL,
    "jobs_listed" INTEGER NOT NULL,
    "jobs_started" INTEGER NOT NULL,
    "succeeded" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "expired" INTEGER NOT NULL,
    "stopped" INTEGER NOT NULL,
    "ended" INTEGER NOT NULL,
    "quit" INTEGER NOT NULL,
    "abandoned" INTEGER NOT NULL,
    "delisted" INTEGER NOT NULL,
    "removed" INTEGER NOT NULL,
    "undecided" INTEGER NOT NULL,
    "runs" INTEGER NOT NULL,
    "runs_quit" INTEGER NOT NULL,
    "run_seconds" DECIMAL(30,0) NOT NULL,
    "deposited" DECIMAL(30,0) NOT NULL,
    "paid" DECIMAL(30,0) NOT NULL,
    "refunded" DECIMAL(30,0) NOT NULL,
    "fees" DECIMAL(30,0) NOT NULL,
    "usd_deposited" DECIMAL(36,0) NOT NULL,
    "usd_paid" DECIMAL(36,0) NOT NULL,
    "usd_refunded" DECIMAL(36,0) NOT NULL,
    "usd_fees" DECIMAL(36,0) NOT NULL,
    "priced" INTEGER NOT NULL,
    "unpriced" INTEGER NOT NULL,
    "receipts" INTEGER NOT NULL,
    "receipts_invalid" INTEGER NOT NULL,
    "prompt_tokens" DECIMAL(30,0) NOT NULL,
    "completion_tokens" DECIMAL(30,0) NOT NULL,
    "reasoning_tokens" DECIMAL(30,0) NOT NULL,
    "waits" INTEGER NOT NULL,
    "wait_seconds" DECIMAL(30,0) NOT NULL,
    "wait_bins" INTEGER[],
    "wait_counts" INTEGER[],

    CONSTRAINT "rollup_pkey" PRIMARY KEY ("granularity", "scope", "address", "starts_at")
);

-- CreateTable
CREATE TABLE "rollup_dirty" (
    "id" BIGSERIAL NOT NULL,
    "hour" BIGINT NOT NULL,

    CONSTRAINT "rollup_dirty_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "rollup_granularity_starts_at_idx" ON "rollup"("granularity", "starts_at");

-- CreateIndex
CREATE INDEX "rollup_dirty_hour_idx" ON "rollup_dirty"("hour");

-- CreateIndex
CREATE INDEX "job_listed_at_idx" ON "job"("listed_at");

-- CreateIndex
CREATE INDEX "job_started_at_idx" ON "job"("started_at");

-- CreateIndex
CREATE INDEX "run_ended_at_idx" ON "run"("ended_at");

-- CreateIndex
CREATE INDEX "result_facts_counted_at_idx" ON "result_facts"("counted_at");

-- The hour that a time lies in; null where a time is none that a chain can have.
CREATE FUNCTION "rollup_hour"("at" BIGINT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN "at" BETWEEN 0 AND 253402300799 THEN "at" - "at" % 3600 END;

-- The bin of a waiting time: exact below 64 s, then 32 bins for each doubling, so none is wider than a 32nd of where it begins.
CREATE FUNCTION "wait_bin"("seconds" BIGINT) RETURNS INTEGER
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN "seconds" < 64 THEN greatest("seconds", 0)::INTEGER ELSE (
    SELECT (64 + ("power" - 6) * 32 + ("seconds" >> ("power" - 5)) - 32)::INTEGER
    FROM (SELECT length(ltrim("seconds"::BIT(64)::TEXT, '0')) - 1 AS "power") AS "highest"
) END;

-- Marking. Every table that figures are counted from says by triggers, once for each statement, which hours it changed:
-- no way of writing it, taking it back or reading documents late can forget to. Marks are only ever added: nobody waits.

-- When something was counted for a job beside its listing and start: its money, its runs, its outcome.
CREATE FUNCTION "job_moments"("id" TEXT) RETURNS SETOF BIGINT
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT "block_time" FROM "ledger_entry" WHERE "job_id" = "job_moments"."id"
    UNION ALL SELECT "ended_at" FROM "run" WHERE "job_id" = "job_moments"."id"
    UNION ALL SELECT "counted_at" FROM "result_facts" WHERE "job_id" = "job_moments"."id";
END;

CREATE FUNCTION "mark_job_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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
        WHERE rollup_hour(at) IS NOT NULL AND (o.node IS NOT NULL OR (o.market, o.project) IS DISTINCT FROM (n.market, n.project))
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

CREATE FUNCTION "mark_run_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(ended_at) FROM old_rows WHERE rollup_hour(ended_at) IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(ended_at) FROM new_rows WHERE rollup_hour(ended_at) IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION "mark_ledger_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(block_time) FROM old_rows WHERE rollup_hour(block_time) IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(block_time) FROM new_rows WHERE rollup_hour(block_time) IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION "mark_outcome_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(counted_at) FROM old_rows WHERE rollup_hour(counted_at) IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(counted_at) FROM new_rows WHERE rollup_hour(counted_at) IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- Receipts count with the outcome of their job; where that goes too, it marks the hour itself.
CREATE FUNCTION "mark_receipt_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(counted_at) FROM result_facts
        WHERE job_id IN (SELECT job_id FROM old_rows) AND rollup_hour(counted_at) IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO rollup_dirty (hour)
        SELECT DISTINCT rollup_hour(counted_at) FROM result_facts
        WHERE job_id IN (SELECT job_id FROM new_rows) AND rollup_hour(counted_at) IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION "mark_all_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rollup_dirty (hour) SELECT DISTINCT starts_at FROM rollup WHERE granularity = 'hour';
    RETURN NULL;
END $$;

CREATE TRIGGER "rollup_added" AFTER INSERT ON "job"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_job_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "job"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_job_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "job"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_job_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "job"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

CREATE TRIGGER "rollup_added" AFTER INSERT ON "run"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_run_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "run"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_run_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "run"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_run_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "run"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

CREATE TRIGGER "rollup_added" AFTER INSERT ON "ledger_entry"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_ledger_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

CREATE TRIGGER "rollup_added" AFTER INSERT ON "result_facts"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_outcome_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "result_facts"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_outcome_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "result_facts"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_outcome_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "result_facts"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

CREATE TRIGGER "rollup_added" AFTER INSERT ON "receipt"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_receipt_hours"();
CREATE TRIGGER "rollup_changed" AFTER UPDATE ON "receipt"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_receipt_hours"();
CREATE TRIGGER "rollup_removed" AFTER DELETE ON "receipt"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_receipt_hours"();
CREATE TRIGGER "rollup_emptied" AFTER TRUNCATE ON "receipt"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_all_hours"();

-- What is there already is counted by the first indexer that starts.
INSERT INTO "rollup_dirty" ("hour")
SELECT DISTINCT "hour" FROM (
    SELECT "rollup_hour"("listed_at") FROM "job"
    UNION SELECT "rollup_hour"("started_at") FROM "job"
    UNION SELECT "rollup_hour"("ended_at") FROM "run"
    UNION SELECT "rollup_hour"("block_time") FROM "ledger_entry"
    UNION SELECT "rollup_hour"("counted_at") FROM "result_facts"
) AS "touched" ("hour") WHERE "hour" IS NOT NULL;
