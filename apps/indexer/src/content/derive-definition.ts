import { type DatabaseClient, jsonText, TABLES, writeRows } from '@inferscan/db';

import { definitionFacts } from './definition-facts.js';
import { imagesOf } from './hardware-row.js';
import { type Reconsidered, reconsiderJobs } from './reconsider.js';

const NOTHING: Reconsidered = { jobs: [], more: false };

/**
 * Derives what a definition says, and attributes jobs again that waited for it. The document's row must be locked.
 * @param document undefined: nobody can read it
 */
export async function deriveDefinition(
  client: DatabaseClient,
  cid: string,
  document: { readonly json: unknown } | undefined,
): Promise<Reconsidered> {
  const { rows } = await client.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT FROM job WHERE definition_cid = $1) AS used',
    [cid],
  );
  if (rows[0]?.used !== true) return NOTHING;
  if (document !== undefined) {
    await writeRows(client, TABLES.definitionFacts, [definitionFacts(cid, document.json)], 'replace');
    await nameImages(client, cid, document.json);
  }
  return reconsiderJobs(client, cid, document !== undefined);
}

/** Hardware reports that were read before the definition that says which images printed them. */
async function nameImages(client: DatabaseClient, cid: string, json: unknown): Promise<void> {
  await client.query(
    `UPDATE node_hardware AS h SET images = ARRAY(
       SELECT DISTINCT image FROM jsonb_to_recordset($2::jsonb) AS op (id text, image text)
       WHERE op.id = ANY (h.operations) ORDER BY image)
     FROM job WHERE job.definition_cid = $1 AND h.job_id = job.id AND h.images = '{}'`,
    [cid, jsonText(imagesOf(json))],
  );
}
