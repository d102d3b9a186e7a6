-- Sums that pages show, kept by triggers as the counts of jobs are: with millions of rows, adding them up for every look takes
-- seconds. Once for each statement, in its transaction: no way of writing rows or taking them back can forget to.

-- What a market's ledger adds up to, by kind of movement.
CREATE TABLE "ledger_sum" (
    "market" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "entries" BIGINT NOT NULL,
    "amount" DECIMAL(40,0) NOT NULL,
    "vault_delta" DECIMAL(40,0) NOT NULL,

    CONSTRAINT "ledger_sum_pkey" PRIMARY KEY ("market", "kind")
) WITH (fillfactor = 50);

-- Nobody writes between adding up and the triggers.
LOCK TABLE "ledger_entry" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "ledger_sum"
SELECT "market", "kind", count(*), sum("amount"), sum("vault_delta") FROM "ledger_entry" GROUP BY 1, 2;

CREATE FUNCTION "sum_ledger"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO ledger_sum AS s (market, kind, entries, amount, vault_delta)
        SELECT market, kind, count(*), sum(amount), sum(vault_delta) FROM new_rows GROUP BY 1, 2
        ON CONFLICT (market, kind) DO UPDATE SET
            entries = s.entries + excluded.entries, amount = s.amount + excluded.amount, vault_delta = s.vault_delta + excluded.vault_delta;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        UPDATE ledger_sum AS s SET
            entries = s.entries - gone.entries, amount = s.amount - gone.amount, vault_delta = s.vault_delta - gone.vault_delta
        FROM (
            SELECT market, kind, count(*) AS entries, sum(amount) AS amount, sum(vault_delta) AS vault_delta FROM old_rows GROUP BY 1, 2
        ) AS gone
        WHERE (gone.market, gone.kind) = (s.market, s.kind);
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM ledger_sum;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_added" AFTER INSERT ON "ledger_entry"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "sum_ledger"();
CREATE TRIGGER "counted_changed" AFTER UPDATE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "sum_ledger"();
CREATE TRIGGER "counted_removed" AFTER DELETE ON "ledger_entry"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "sum_ledger"();
CREATE TRIGGER "counted_emptied" AFTER TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "sum_ledger"();

-- Runs of a node in a market, and what they earned.
CREATE TABLE "run_count" (
    "node" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "runs" BIGINT NOT NULL,
    "earned" DECIMAL(30,0) NOT NULL,

    CONSTRAINT "run_count_pkey" PRIMARY KEY ("node", "market")
) WITH (fillfactor = 50);

LOCK TABLE "run" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "run_count" SELECT "node", "market", count(*), sum("paid") FROM "run" GROUP BY 1, 2;

CREATE FUNCTION "count_runs"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO run_count AS c (node, market, runs, earned)
        SELECT node, market, count(*), sum(paid) FROM new_rows GROUP BY 1, 2
        ON CONFLICT (node, market) DO UPDATE SET runs = c.runs + excluded.runs, earned = c.earned + excluded.earned;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE run_count AS c SET runs = c.runs - gone.runs, earned = c.earned - gone.earned
        FROM (SELECT node, market, count(*) AS runs, sum(paid) AS earned FROM old_rows GROUP BY 1, 2) AS gone
        WHERE (gone.node, gone.market) = (c.node, c.market);
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO run_count AS c (node, market, runs, earned)
        SELECT node, market, sum(runs), sum(earned) FROM (
            SELECT node, market, count(*) AS runs, sum(paid) AS earned FROM new_rows GROUP BY 1, 2
            UNION ALL
            SELECT node, market, -count(*), -sum(paid) FROM old_rows GROUP BY 1, 2
        ) AS moved GROUP BY 1, 2 HAVING sum(runs) <> 0 OR sum(earned) <> 0
        ON CONFLICT (node, market) DO UPDATE SET runs = c.runs + excluded.runs, earned = c.earned + excluded.earned;
    ELSE
        DELETE FROM run_count;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_added" AFTER INSERT ON "run"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_runs"();
CREATE TRIGGER "counted_changed" AFTER UPDATE ON "run"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_runs"();
CREATE TRIGGER "counted_removed" AFTER DELETE ON "run"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_runs"();
CREATE TRIGGER "counted_emptied" AFTER TRUNCATE ON "run"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_runs"();

-- Jobs of a project.
CREATE TABLE "project_count" (
    "project" TEXT NOT NULL,
    "jobs" BIGINT NOT NULL,

    CONSTRAINT "project_count_pkey" PRIMARY KEY ("project")
) WITH (fillfactor = 50);

LOCK TABLE "job" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "project_count" SELECT "project", count(*) FROM "job" GROUP BY 1;

CREATE FUNCTION "count_projects"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO project_count AS c (project, jobs) SELECT project, count(*) FROM new_rows GROUP BY 1
        ON CONFLICT (project) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE project_count AS c SET jobs = c.jobs - gone.jobs
        FROM (SELECT project, count(*) AS jobs FROM old_rows GROUP BY 1) AS gone WHERE gone.project = c.project;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO project_count AS c (project, jobs)
        SELECT project, sum(jobs) FROM (
            SELECT project, 1 AS jobs FROM new_rows UNION ALL SELECT project, -1 FROM old_rows
        ) AS moved GROUP BY 1 HAVING sum(jobs) <> 0
        ON CONFLICT (project) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSE
        DELETE FROM project_count;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_projects_added" AFTER INSERT ON "job"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_projects"();
CREATE TRIGGER "counted_projects_changed" AFTER UPDATE ON "job"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_projects"();
CREATE TRIGGER "counted_projects_removed" AFTER DELETE ON "job"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_projects"();
CREATE TRIGGER "counted_projects_emptied" AFTER TRUNCATE ON "job"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_projects"();

-- Documents by how far they were fetched. Many connections change documents at once: each counts in rows of its own, by the
-- number of its server process, so that none waits for another or locks rows in another order. Only the sum says anything.
CREATE TABLE "content_count" (
    "status" TEXT NOT NULL,
    "backend" INTEGER NOT NULL DEFAULT 0,
    "documents" BIGINT NOT NULL,
    "dropped" BIGINT NOT NULL,

    CONSTRAINT "content_count_pkey" PRIMARY KEY ("status", "backend")
) WITH (fillfactor = 50);

LOCK TABLE "content" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "content_count" ("status", "documents", "dropped")
SELECT "status", count(*), count("dropped_at") FROM "content" GROUP BY 1;

CREATE FUNCTION "count_content"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO content_count AS c (status, backend, documents, dropped)
        SELECT status, pg_backend_pid(), count(*), count(dropped_at) FROM new_rows GROUP BY 1
        ON CONFLICT (status, backend) DO UPDATE SET documents = c.documents + excluded.documents, dropped = c.dropped + excluded.dropped;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO content_count AS c (status, backend, documents, dropped)
        SELECT status, pg_backend_pid(), -count(*), -count(dropped_at) FROM old_rows GROUP BY 1
        ON CONFLICT (status, backend) DO UPDATE SET documents = c.documents + excluded.documents, dropped = c.dropped + excluded.dropped;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO content_count AS c (status, backend, documents, dropped)
        SELECT status, pg_backend_pid(), sum(documents), sum(dropped) FROM (
            SELECT status, count(*) AS documents, count(dropped_at) AS dropped FROM new_rows GROUP BY 1
            UNION ALL
            SELECT status, -count(*), -count(dropped_at) FROM old_rows GROUP BY 1
        ) AS moved GROUP BY 1 HAVING sum(documents) <> 0 OR sum(dropped) <> 0
        ON CONFLICT (status, backend) DO UPDATE SET documents = c.documents + excluded.documents, dropped = c.dropped + excluded.dropped;
    ELSE
        DELETE FROM content_count;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "counted_added" AFTER INSERT ON "content"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_content"();
CREATE TRIGGER "counted_changed" AFTER UPDATE ON "content"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_content"();
CREATE TRIGGER "counted_removed" AFTER DELETE ON "content"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "count_content"();
CREATE TRIGGER "counted_emptied" AFTER TRUNCATE ON "content"
    FOR EACH STATEMENT EXECUTE FUNCTION "count_content"();
