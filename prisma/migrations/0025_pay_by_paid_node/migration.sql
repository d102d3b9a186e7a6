-- What a job was paid for is counted for the node whose run was paid, no longer for the one that the job names at last: the program pays
-- every node that finishes a job which was handed back. Hours in which these differ have to be counted again.
INSERT INTO "rollup_dirty" ("hour")
SELECT DISTINCT rollup_hour(l."block_time")
FROM "ledger_entry" AS l
JOIN "run" AS r ON r."job_id" = l."job_id" AND r."ended_signature" = l."signature"
JOIN "job" AS j ON j."id" = l."job_id"
WHERE l."kind" = 'payout' AND r."node" IS DISTINCT FROM j."node" AND rollup_hour(l."block_time") IS NOT NULL;
