-- What a node says of its machine in a document of its own, signed by its key. Its receipts name the document.
CREATE TABLE "node_report" (
    "cid" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "measured_at" BIGINT,
    "system_environment" TEXT,
    "cpu_model" TEXT,
    "logical_cores" INTEGER,
    "ram_mb" DOUBLE PRECISION,
    "disk_gb" DOUBLE PRECISION,
    "gpus" JSONB,
    "memory_bandwidth_gb_s" DOUBLE PRECISION,
    "models" JSONB NOT NULL,

    CONSTRAINT "node_report_pkey" PRIMARY KEY ("cid")
);

-- Reports that were named before anybody looked for them.
INSERT INTO "content" ("cid", "kind", "status", "next_attempt_at")
SELECT DISTINCT receipt #>> '{hardware,report}', 'report', 'pending', now() FROM "receipt"
WHERE signature_valid AND receipt #>> '{hardware,report}' ~ '^(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,120})$'
ON CONFLICT DO NOTHING;
