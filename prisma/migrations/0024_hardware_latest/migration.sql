-- A machine of which all receipts went kept the time of the one that went first until that of the last one was taken, and beyond it
-- where another came meanwhile. The function is as it was but for that.

-- Adds up changes. By one at a time: see fold_hardware.
CREATE OR REPLACE FUNCTION "apply_hardware"("taken" "hardware_change"[]) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    devices BYTEA[];
    speeds BYTEA[];
BEGIN
    INSERT INTO hardware_machine AS m (node, device, kind, receipts, tokens, last_seen, cores, memory_mb)
    SELECT node, device, kind, receipts, tokens, coalesce(latest[1], -1), coalesce(latest[2], 0), coalesce(latest[3], 0)
    FROM (
        SELECT node, device, kind, sum(sign) AS receipts, sum(sign * tokens::NUMERIC) AS tokens,
            max(ARRAY[finished_at, cores, memory_mb]::DOUBLE PRECISION[]) FILTER (WHERE sign > 0) AS latest
        FROM unnest(taken) GROUP BY node, device, kind
    ) AS moved
    ON CONFLICT (node, device) DO UPDATE SET
        receipts = m.receipts + excluded.receipts, tokens = m.tokens + excluded.tokens, last_seen = greatest(m.last_seen, excluded.last_seen),
        cores = CASE WHEN (excluded.last_seen, excluded.cores, excluded.memory_mb) > (m.last_seen, m.cores, m.memory_mb)
            THEN excluded.cores ELSE m.cores END,
        memory_mb = CASE WHEN (excluded.last_seen, excluded.cores, excluded.memory_mb) > (m.last_seen, m.cores, m.memory_mb)
            THEN excluded.memory_mb ELSE m.memory_mb END;

    -- Where the latest receipt went, the one before it is the latest. There may be none: the others went too, which is not taken yet.
    -- Then whatever is taken next decides.
    UPDATE hardware_machine AS m SET
        last_seen = coalesce(latest.finished_at, -1), cores = coalesce(latest.cores, 0), memory_mb = coalesce(latest.memory_mb, 0)
    FROM (
        SELECT node, device, max(ARRAY[finished_at, cores, memory_mb]::DOUBLE PRECISION[]) AS latest
        FROM unnest(taken) WHERE sign < 0 GROUP BY node, device
    ) AS gone
    JOIN hardware_machine AS was ON (was.node, was.device) = (gone.node, gone.device) AND was.receipts > 0
        AND gone.latest >= ARRAY[was.last_seen, was.cores, was.memory_mb]::DOUBLE PRECISION[]
    LEFT JOIN LATERAL (
        SELECT r.finished_at, f.cores, f.memory_mb FROM receipt AS r CROSS JOIN LATERAL hardware_facts(r) AS f
        WHERE r.node = was.node AND r.signature_valid AND f.device = was.device
        ORDER BY r.finished_at DESC, f.cores DESC, f.memory_mb DESC LIMIT 1
    ) AS latest ON true
    WHERE (m.node, m.device) = (was.node, was.device);

    DELETE FROM hardware_machine AS m USING (SELECT DISTINCT node, device FROM unnest(taken)) AS touched
    WHERE (m.node, m.device) = (touched.node, touched.device) AND m.receipts = 0;

    -- Devices of which something is other than it was: those named, and those that were or become the latest of a node.
    SELECT array_agg(device) INTO devices FROM (
        SELECT device FROM unnest(taken)
        UNION SELECT n.device FROM hardware_node AS n JOIN unnest(taken) AS t ON (t.node, t.kind) = (n.node, n.kind)
        UNION SELECT latest.device FROM (SELECT DISTINCT node, kind FROM unnest(taken)) AS t
            CROSS JOIN LATERAL (
                SELECT device FROM hardware_machine AS m WHERE m.node = t.node AND m.kind = t.kind
                ORDER BY m.last_seen DESC, m.device LIMIT 1
            ) AS latest
    ) AS touched;

    DELETE FROM hardware_node AS n USING unnest(taken) AS t
    WHERE (n.node, n.kind) = (t.node, t.kind)
        AND NOT EXISTS (SELECT FROM hardware_machine AS m WHERE m.node = n.node AND m.kind = n.kind);
    INSERT INTO hardware_node AS n (node, kind, device)
    SELECT t.node, t.kind, latest.device FROM (SELECT DISTINCT node, kind FROM unnest(taken)) AS t
    CROSS JOIN LATERAL (
        SELECT device FROM hardware_machine AS m WHERE m.node = t.node AND m.kind = t.kind ORDER BY m.last_seen DESC, m.device LIMIT 1
    ) AS latest
    ON CONFLICT (node, kind) DO UPDATE SET device = excluded.device WHERE n.device <> excluded.device;

    INSERT INTO hardware_device (id, kind, name)
    SELECT DISTINCT device, kind, name FROM unnest(taken) ON CONFLICT (id) DO NOTHING;
    UPDATE hardware_device AS d SET receipts = s.receipts, tokens = s.tokens,
        nodes = (SELECT count(*) FROM hardware_node AS n WHERE n.device = d.id),
        cores_min = s.cores_min, cores_max = s.cores_max, memory_min = s.memory_min, memory_max = s.memory_max, last_seen = s.last_seen
    FROM (
        SELECT device, sum(receipts) AS receipts, sum(tokens) AS tokens, min(cores) AS cores_min, max(cores) AS cores_max,
            min(memory_mb) AS memory_min, max(memory_mb) AS memory_max, max(last_seen) AS last_seen
        FROM hardware_machine WHERE device = ANY (devices) GROUP BY device
    ) AS s WHERE s.device = d.id;
    DELETE FROM hardware_device AS d
    WHERE d.id = ANY (devices) AND NOT EXISTS (SELECT FROM hardware_machine AS m WHERE m.device = d.id);

    SELECT array_agg(DISTINCT speed) INTO speeds FROM unnest(taken) WHERE speed IS NOT NULL;
    INSERT INTO hardware_bin AS b (speed, first_token, bin, receipts, total)
    SELECT speed, first_token, wait_bin(value), sum(sign), sum(sign * value::NUMERIC)
    FROM unnest(taken) CROSS JOIN LATERAL (VALUES (false, milli_tokens_per_second), (true, first_token_us)) AS measured (first_token, value)
    WHERE speed IS NOT NULL GROUP BY 1, 2, 3
    ON CONFLICT (speed, first_token, bin) DO UPDATE SET receipts = b.receipts + excluded.receipts, total = b.total + excluded.total;
    DELETE FROM hardware_bin WHERE speed = ANY (speeds) AND receipts = 0;

    INSERT INTO hardware_speed (id, device, model, precision, runtime, provider)
    SELECT DISTINCT speed, device, model, precision, runtime, provider FROM unnest(taken) WHERE speed IS NOT NULL
    ON CONFLICT (id) DO NOTHING;
    UPDATE hardware_speed AS s SET
        receipts = counted.receipts, tokens_per_second = counted.milli_tokens_per_second / 1000, first_token_ms = counted.first_token_us / 1000
    FROM (
        SELECT speed, max(receipts) AS receipts, max(median) FILTER (WHERE NOT first_token) AS milli_tokens_per_second,
            max(median) FILTER (WHERE first_token) AS first_token_us
        FROM hardware_medians(speeds) GROUP BY speed
    ) AS counted WHERE counted.speed = s.id;
    DELETE FROM hardware_speed AS s WHERE s.id = ANY (speeds) AND NOT EXISTS (SELECT FROM hardware_bin AS b WHERE b.speed = s.id);
END $$;

-- Handing what receipts say from one process to another takes longer than reading them.
ALTER FUNCTION "count_hardware"() SET max_parallel_workers_per_gather = 0;
