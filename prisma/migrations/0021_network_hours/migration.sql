-- The front page's last hours, each counted once when it is over instead of at every look.

CREATE TABLE "network_hour" (
    "hour" BIGINT NOT NULL,
    "running" BIGINT NOT NULL,
    "waiting" BIGINT NOT NULL,
    "nodes" BIGINT NOT NULL,
    "listed" BIGINT NOT NULL,
    "median_wait" DOUBLE PRECISION,

    CONSTRAINT "network_hour_pkey" PRIMARY KEY ("hour")
);

-- Hours from one of these on do not stand any more: a job changed in it. Only ever added, and taken away by who counts anew.
CREATE TABLE "network_hour_stale" (
    "id" BIGSERIAL NOT NULL,
    "since" BIGINT NOT NULL,

    CONSTRAINT "network_hour_stale_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "network_hour_stale_since_idx" ON "network_hour_stale"("since");

-- Counts buckets of so many seconds, one after the other from "first" on, each without its end: jobs that run and wait at its end,
-- nodes that ran something in it, jobs listed in it, and the median wait of those started in it. Jobs that never ended but are in
-- no queue either were listed, and no more. One pass over the jobs: those that move between states are added up.
CREATE FUNCTION "network_buckets"("first" BIGINT, "size" BIGINT, "buckets" INTEGER)
RETURNS TABLE ("starts_at" BIGINT, "running" BIGINT, "waiting" BIGINT, "nodes" BIGINT, "listed" BIGINT, "median_wait" DOUBLE PRECISION)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- Planned with the numbers themselves: how many jobs there are since then decides how they are found.
    RETURN QUERY EXECUTE $query$
        WITH recent AS MATERIALIZED (
            SELECT CASE WHEN listed_at < $1 THEN -1 ELSE least((listed_at - $1) / $2, $3)::INTEGER END AS listed,
                CASE WHEN started_at < $1 THEN -1 ELSE least((started_at - $1) / $2, $3)::INTEGER END AS started,
                CASE WHEN ended_at < $1 THEN -1 ELSE least((ended_at - $1) / $2, $3)::INTEGER END AS ended,
                ended_at IS NOT NULL AS is_over, started_at IS NOT NULL AS has_begun,
                ended_at IS NOT NULL OR status IN ('queued', 'running') AS is_known,
                node, (started_at - listed_at)::DOUBLE PRECISION AS wait
            FROM job
            WHERE listed_at IS NOT NULL AND (status IN ('queued', 'running') OR coalesce(ended_at, listed_at) >= $1)
        ), change AS (
            SELECT at, sum(running) AS running, sum(waiting) AS waiting FROM (
                SELECT started AS at, 1 AS running, 0 AS waiting FROM recent WHERE has_begun AND is_known
                UNION ALL SELECT greatest(started, ended), -1, 0 FROM recent WHERE has_begun AND is_over
                UNION ALL SELECT listed, 0, 1 FROM recent WHERE is_known
                UNION ALL SELECT greatest(listed, CASE WHEN has_begun THEN started ELSE ended END), 0, -1 FROM recent
                    WHERE is_known AND (has_begun OR is_over)
            ) AS moved GROUP BY at
        ), level AS (
            SELECT i, sum(coalesce(change.running, 0)) OVER (ORDER BY i) AS running, sum(coalesce(change.waiting, 0)) OVER (ORDER BY i) AS waiting
            FROM generate_series(-1, $3 - 1) AS i LEFT JOIN change ON change.at = i
        ), busy AS (
            SELECT i, count(DISTINCT node) AS nodes FROM recent
            CROSS JOIN generate_series(greatest(started, 0), least(CASE WHEN is_over THEN ended ELSE $3 END, $3 - 1)) AS i
            WHERE has_begun AND is_known GROUP BY i
        ), begun AS (
            SELECT started AS i, percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS median_wait FROM recent
            WHERE has_begun AND is_known AND started >= 0 GROUP BY started
        ), listing AS (
            SELECT listed AS i, count(*) AS listed FROM recent WHERE listed >= 0 GROUP BY listed
        )
        SELECT $1 + i * $2, level.running::BIGINT, level.waiting::BIGINT, coalesce(busy.nodes, 0), coalesce(listing.listed, 0), begun.median_wait
        FROM level LEFT JOIN busy USING (i) LEFT JOIN begun USING (i) LEFT JOIN listing USING (i)
        WHERE i >= 0 ORDER BY i
    $query$ USING "first", "size", "buckets";
END $$;

-- A job says something of the hours from its listing on. What changes in it says from which hour on they are other than they were.
CREATE FUNCTION "mark_network_hours"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO network_hour_stale (since)
        SELECT min(since) FROM new_rows
        CROSS JOIN LATERAL (SELECT least(rollup_hour(listed_at), rollup_hour(started_at), rollup_hour(ended_at)) AS since) AS touched
        HAVING min(since) IS NOT NULL;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO network_hour_stale (since)
        SELECT min(since) FROM old_rows
        CROSS JOIN LATERAL (SELECT least(rollup_hour(listed_at), rollup_hour(started_at), rollup_hour(ended_at)) AS since) AS touched
        HAVING min(since) IS NOT NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO network_hour_stale (since)
        SELECT min(since) FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id
        CROSS JOIN LATERAL (
            SELECT least(
                CASE WHEN o.listed_at IS DISTINCT FROM n.listed_at
                    OR (o.ended_at IS NULL AND o.status NOT IN ('queued', 'running'))
                        <> (n.ended_at IS NULL AND n.status NOT IN ('queued', 'running'))
                    THEN least(rollup_hour(o.listed_at), rollup_hour(n.listed_at)) END,
                CASE WHEN o.started_at IS DISTINCT FROM n.started_at OR o.node IS DISTINCT FROM n.node
                    THEN least(rollup_hour(o.started_at), rollup_hour(n.started_at)) END,
                CASE WHEN o.ended_at IS DISTINCT FROM n.ended_at THEN least(rollup_hour(o.ended_at), rollup_hour(n.ended_at)) END
            ) AS since
        ) AS touched
        HAVING min(since) IS NOT NULL;
    ELSE
        DELETE FROM network_hour;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "network_hours_added" AFTER INSERT ON "job"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_network_hours"();
CREATE TRIGGER "network_hours_changed" AFTER UPDATE ON "job"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_network_hours"();
CREATE TRIGGER "network_hours_removed" AFTER DELETE ON "job"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "mark_network_hours"();
CREATE TRIGGER "network_hours_emptied" AFTER TRUNCATE ON "job"
    FOR EACH STATEMENT EXECUTE FUNCTION "mark_network_hours"();

-- From the last hour in which something happened on: those before it are counted when somebody comes by.
INSERT INTO "network_hour_stale" ("since")
SELECT rollup_hour(max(coalesce("ended_at", "listed_at"))) FROM "job"
HAVING rollup_hour(max(coalesce("ended_at", "listed_at"))) IS NOT NULL;

-- A load in bulk that is under way switches these off, as it has the others.
DO $$
BEGIN
    IF EXISTS (SELECT FROM deferred_index) THEN
        ALTER TABLE "job" DISABLE TRIGGER "network_hours_added";
        ALTER TABLE "job" DISABLE TRIGGER "network_hours_changed";
        ALTER TABLE "job" DISABLE TRIGGER "network_hours_removed";
        ALTER TABLE "job" DISABLE TRIGGER "network_hours_emptied";
    END IF;
END $$;
