-- What the page of hardware shows, kept: with millions of receipts, going through them for every look takes a minute. Triggers note
-- how receipts change, once for each statement and in its transaction; who keeps the figures then takes the notes and adds them up.
-- Notes are only ever added: many connections change receipts at once, and none waits for another.

-- A receipt with a valid signature that came or went and is not counted yet, as what it says of its machine and of its speed.
CREATE TABLE "hardware_change" (
    "id" BIGSERIAL NOT NULL,
    "sign" INTEGER NOT NULL,
    "node" TEXT NOT NULL,
    "device" BYTEA NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cores" INTEGER NOT NULL,
    "memory_mb" DOUBLE PRECISION NOT NULL,
    "finished_at" BIGINT NOT NULL,
    "tokens" BIGINT NOT NULL,
    "speed" BYTEA,
    "model" TEXT NOT NULL,
    "precision" TEXT NOT NULL,
    "runtime" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "milli_tokens_per_second" BIGINT,
    "first_token_us" BIGINT NOT NULL,

    CONSTRAINT "hardware_change_pkey" PRIMARY KEY ("id")
);

-- Receipts of a node on a device, with what the latest of them says.
CREATE TABLE "hardware_machine" (
    "node" TEXT NOT NULL,
    "device" BYTEA NOT NULL,
    "kind" TEXT NOT NULL,
    "receipts" BIGINT NOT NULL,
    "tokens" DECIMAL(40,0) NOT NULL,
    "last_seen" BIGINT NOT NULL,
    "cores" INTEGER NOT NULL,
    "memory_mb" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "hardware_machine_pkey" PRIMARY KEY ("node", "device")
);

CREATE INDEX "hardware_machine_device_idx" ON "hardware_machine"("device");
CREATE INDEX "hardware_machine_node_kind_last_seen_device_idx" ON "hardware_machine"("node", "kind", "last_seen" DESC, "device");

-- The device of a kind that the latest receipt of a node names.
CREATE TABLE "hardware_node" (
    "node" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "device" BYTEA NOT NULL,

    CONSTRAINT "hardware_node_pkey" PRIMARY KEY ("node", "kind")
);

CREATE INDEX "hardware_node_device_idx" ON "hardware_node"("device");

-- A device: the sums of its machines.
CREATE TABLE "hardware_device" (
    "id" BYTEA NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "receipts" BIGINT NOT NULL DEFAULT 0,
    "tokens" DECIMAL(40,0) NOT NULL DEFAULT 0,
    "nodes" BIGINT NOT NULL DEFAULT 0,
    "cores_min" INTEGER NOT NULL DEFAULT 0,
    "cores_max" INTEGER NOT NULL DEFAULT 0,
    "memory_min" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "memory_max" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "last_seen" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "hardware_device_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "hardware_device_receipts_name_idx" ON "hardware_device"("receipts" DESC, "name");

-- Receipts of one speed by how fast they were: bins of wait_bin, of thousandths of tokens per second or microseconds to the first
-- token, with the sum of what lies in each.
CREATE TABLE "hardware_bin" (
    "speed" BYTEA NOT NULL,
    "first_token" BOOLEAN NOT NULL,
    "bin" INTEGER NOT NULL,
    "receipts" BIGINT NOT NULL,
    "total" DECIMAL(40,0) NOT NULL,

    CONSTRAINT "hardware_bin_pkey" PRIMARY KEY ("speed", "first_token", "bin")
);

-- How fast one model at one precision runs on a device: medians of its bins.
CREATE TABLE "hardware_speed" (
    "id" BYTEA NOT NULL,
    "device" BYTEA NOT NULL,
    "model" TEXT NOT NULL,
    "precision" TEXT NOT NULL,
    "runtime" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "receipts" BIGINT NOT NULL DEFAULT 0,
    "tokens_per_second" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "first_token_ms" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "hardware_speed_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "hardware_speed_device_receipts_model_id_idx" ON "hardware_speed"("device", "receipts" DESC, "model", "id");

-- Sixteen bytes for texts together: a hash that nobody can find a second one for, for keys that are always short.
CREATE FUNCTION "hardware_id"(VARIADIC "texts" TEXT[]) RETURNS BYTEA
LANGUAGE sql STABLE PARALLEL SAFE
RETURN substring(sha256(convert_to(to_jsonb("texts")::TEXT, 'UTF8')) FOR 16);

-- What a receipt says of its machine and speed. It ran on the first GPU when its provider is not the CPU's, else on the CPU.
-- Nodes write what they like: names are cut to 120 characters, and numbers to what can be added up. No speed can be taken from a receipt
-- without tokens, without time, or with times of more than 30 years.
CREATE FUNCTION "hardware_facts"("r" "receipt") RETURNS TABLE (
    "node" TEXT, "device" BYTEA, "kind" TEXT, "name" TEXT, "cores" INTEGER, "memory_mb" DOUBLE PRECISION, "finished_at" BIGINT, "tokens" BIGINT,
    "speed" BYTEA, "model" TEXT, "precision" TEXT, "runtime" TEXT, "provider" TEXT, "milli_tokens_per_second" BIGINT, "first_token_us" BIGINT
) LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT said.node, named.device, said.kind, said.name, said.cores, said.memory_mb, said.finished_at, said.tokens,
        CASE WHEN timed.milli IS NOT NULL
            THEN hardware_id(said.kind, said.name, said.model, said.precision, said.runtime, said.provider) END,
        said.model, said.precision, said.runtime, said.provider, timed.milli,
        (least(greatest((r).first_token_ms, 0), 1e12) * 1000)::BIGINT
    FROM (
        SELECT (r).provider <> 'cpu' AND (r).gpus -> 0 IS NOT NULL AS on_gpu
    ) AS place
    CROSS JOIN LATERAL (
        SELECT (r).node AS node, CASE WHEN on_gpu THEN 'gpu' ELSE 'cpu' END AS kind,
            left(CASE WHEN on_gpu THEN coalesce((r).gpus -> 0 ->> 'name', '') ELSE (r).cpu_model END, 120) AS name,
            (r).logical_cores AS cores,
            CASE WHEN NOT on_gpu THEN (r).memory_mb::DOUBLE PRECISION
                WHEN jsonb_typeof((r).gpus -> 0 -> 'memory_mb') = 'number'
                    THEN least(((r).gpus -> 0 -> 'memory_mb')::NUMERIC, 9007199254740992)::DOUBLE PRECISION
                ELSE 0 END AS memory_mb,
            (r).finished_at AS finished_at, (r).completion_tokens AS tokens,
            left((r).model, 120) AS model, left((r).precision, 120) AS precision,
            left((r).runtime, 120) AS runtime, left((r).provider, 120) AS provider
    ) AS said
    CROSS JOIN LATERAL (SELECT hardware_id(said.kind, said.name) AS device) AS named
    CROSS JOIN LATERAL (
        SELECT CASE WHEN said.tokens > 0 AND greatest((r).total_ms, (r).load_ms, (r).queue_ms) <= 1e12 THEN
            CASE WHEN (r).total_ms - (r).load_ms - (r).queue_ms > 0 THEN
                least(said.tokens * 1e6::DOUBLE PRECISION / greatest((r).total_ms - (r).load_ms - (r).queue_ms, 1e-3), 1e15)::BIGINT
            END
        END AS milli
    ) AS timed;
END;

CREATE FUNCTION "note_hardware"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO hardware_change (sign, node, device, kind, name, cores, memory_mb, finished_at, tokens,
            speed, model, precision, runtime, provider, milli_tokens_per_second, first_token_us)
        SELECT 1, f.* FROM new_rows AS n CROSS JOIN LATERAL hardware_facts(ROW(n.*)::receipt) AS f WHERE n.signature_valid;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO hardware_change (sign, node, device, kind, name, cores, memory_mb, finished_at, tokens,
            speed, model, precision, runtime, provider, milli_tokens_per_second, first_token_us)
        SELECT -1, f.* FROM old_rows AS o CROSS JOIN LATERAL hardware_facts(ROW(o.*)::receipt) AS f WHERE o.signature_valid;
    ELSIF TG_OP = 'UPDATE' THEN
        -- A result that is read again says what it said.
        WITH new_facts AS (
            SELECT f.* FROM new_rows AS n CROSS JOIN LATERAL hardware_facts(ROW(n.*)::receipt) AS f WHERE n.signature_valid
        ), old_facts AS (
            SELECT f.* FROM old_rows AS o CROSS JOIN LATERAL hardware_facts(ROW(o.*)::receipt) AS f WHERE o.signature_valid
        )
        INSERT INTO hardware_change (sign, node, device, kind, name, cores, memory_mb, finished_at, tokens,
            speed, model, precision, runtime, provider, milli_tokens_per_second, first_token_us)
        SELECT 1, came.* FROM (SELECT * FROM new_facts EXCEPT ALL SELECT * FROM old_facts) AS came
        UNION ALL
        SELECT -1, went.* FROM (SELECT * FROM old_facts EXCEPT ALL SELECT * FROM new_facts) AS went;
    ELSE
        DELETE FROM hardware_change;
        DELETE FROM hardware_machine;
        DELETE FROM hardware_node;
        DELETE FROM hardware_device;
        DELETE FROM hardware_bin;
        DELETE FROM hardware_speed;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER "hardware_added" AFTER INSERT ON "receipt"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "note_hardware"();
CREATE TRIGGER "hardware_changed" AFTER UPDATE ON "receipt"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "note_hardware"();
CREATE TRIGGER "hardware_removed" AFTER DELETE ON "receipt"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "note_hardware"();
CREATE TRIGGER "hardware_emptied" AFTER TRUNCATE ON "receipt"
    FOR EACH STATEMENT EXECUTE FUNCTION "note_hardware"();

-- The medians of bins: those of what lies in the middle, each as the mean of its bin.
CREATE FUNCTION "hardware_medians"("speeds" BYTEA[])
RETURNS TABLE ("speed" BYTEA, "first_token" BOOLEAN, "receipts" BIGINT, "median" DOUBLE PRECISION)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT counted.speed, counted.first_token, counted.of::BIGINT, (
        max(mean) FILTER (WHERE (counted.of + 1) / 2 > upto - counted.receipts AND (counted.of + 1) / 2 <= upto)
        + max(mean) FILTER (WHERE (counted.of + 2) / 2 > upto - counted.receipts AND (counted.of + 2) / 2 <= upto)
    )::DOUBLE PRECISION / 2
    FROM (
        SELECT b.speed, b.first_token, b.receipts, b.total / nullif(b.receipts, 0) AS mean,
            (sum(b.receipts) OVER (PARTITION BY b.speed, b.first_token ORDER BY b.bin))::BIGINT AS upto,
            (sum(b.receipts) OVER (PARTITION BY b.speed, b.first_token))::BIGINT AS of
        FROM hardware_bin AS b WHERE b.speed = ANY (speeds)
    ) AS counted
    GROUP BY counted.speed, counted.first_token, counted.of;
END;

-- Adds up changes. By one at a time: see fold_hardware.
CREATE FUNCTION "apply_hardware"("taken" "hardware_change"[]) RETURNS VOID LANGUAGE plpgsql AS $$
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

-- Adds up the changes that were noted first, so many at most, and says how many they were. One at a time does so, in statements that
-- each see what is committed by then: to be called where transactions read what others committed.
CREATE FUNCTION "fold_hardware"("most" INTEGER DEFAULT 10000) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    taken hardware_change[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fold_hardware'));
    SELECT array_agg(c ORDER BY c.id) INTO taken FROM hardware_change AS c
    WHERE c.id IN (SELECT id FROM hardware_change ORDER BY id LIMIT most);
    IF taken IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM apply_hardware(taken);
    DELETE FROM hardware_change WHERE id IN (SELECT id FROM unnest(taken));
    RETURN cardinality(taken);
END $$;

-- Counts everything anew from the receipts.
-- In one process: handing what receipts say from one to another takes longer than reading them.
CREATE FUNCTION "count_hardware"() RETURNS VOID LANGUAGE plpgsql SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    taken hardware_change[];
    done TEXT := '';
    upto TEXT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fold_hardware'));
    DELETE FROM hardware_change;
    DELETE FROM hardware_machine;
    DELETE FROM hardware_node;
    DELETE FROM hardware_device;
    DELETE FROM hardware_bin;
    DELETE FROM hardware_speed;
    LOOP
        SELECT max(job_id) INTO upto FROM (SELECT job_id FROM receipt WHERE job_id > done ORDER BY job_id LIMIT 100000) AS next;
        EXIT WHEN upto IS NULL;
        SELECT array_agg(ROW(0, 1, f.*)::hardware_change) INTO taken
        FROM receipt AS r CROSS JOIN LATERAL hardware_facts(r) AS f
        WHERE r.job_id > done AND r.job_id <= upto AND r.signature_valid;
        IF taken IS NOT NULL THEN
            PERFORM apply_hardware(taken);
        END IF;
        done := upto;
    END LOOP;
END $$;

-- Nobody writes between counting and the triggers.
LOCK TABLE "receipt" IN SHARE ROW EXCLUSIVE MODE;
SELECT count_hardware();

-- How many rows of what there are, the planner knows when somebody has looked.
ANALYZE "hardware_machine", "hardware_node", "hardware_device", "hardware_bin", "hardware_speed";
