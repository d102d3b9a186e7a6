import type { DatabaseClient } from '@inferscan/db';
import type { DefinitionEvidence } from '@inferscan/formats';

const UNREAD: DefinitionEvidence = { state: 'unread' };
/** Jobs looked at to find other nodes that ran a definition. */
const LOOKED_AT = 1_000;

interface DefinitionRow {
  cid: string;
  status: string;
  valid: boolean | null;
  service: boolean | null;
  confidential: boolean;
  operations: number;
  awaiting: string[];
}

/**
 * What is known of definitions, by CID. Their documents' rows are locked until the transaction ends: whoever reads such a
 * document meanwhile waits, and then sees what was written from this.
 */
export async function definitionEvidence(
  client: DatabaseClient,
  cids: readonly string[],
): Promise<ReadonlyMap<string, DefinitionEvidence>> {
  if (cids.length === 0) return new Map();
  const { rows } = await client.query<DefinitionRow>(
    `SELECT c.cid, c.status, d.valid, d.service, d.confidential, d.operations, d.awaiting
     FROM content AS c LEFT JOIN definition_facts AS d ON d.cid = c.cid
     WHERE c.cid = ANY ($1) ORDER BY c.cid FOR NO KEY UPDATE OF c`,
    [cids],
  );
  return new Map(rows.map((row) => [row.cid, evidenceOf(row)]));
}

function evidenceOf({ status, valid, ...facts }: DefinitionRow): DefinitionEvidence {
  if (valid !== null) return { state: 'read', ...facts, valid, service: facts.service ?? false };
  return status === 'invalid' || status === 'missing' ? { state: 'unreadable' } : UNREAD;
}

/** Nodes, at most two, on which a definition ran as it should. */
export async function nodesThatRan(client: DatabaseClient, definitionCid: string): Promise<string[]> {
  const { rows } = await client.query<{ node: string }>(
    `SELECT DISTINCT node FROM (
       SELECT j.node FROM result_facts AS f JOIN job AS j ON j.id = f.job_id
       WHERE f.definition_cid = $1 AND f.outcome IN ('success', 'expired') AND j.node IS NOT NULL
       LIMIT ${LOOKED_AT}
     ) AS ran LIMIT 2`,
    [definitionCid],
  );
  return rows.map(({ node }) => node);
}
