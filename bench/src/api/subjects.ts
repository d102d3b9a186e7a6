import type { Database } from '@inferscan/db';

/** What the questions are about: whoever has most in the database, and somebody with next to nothing. */
export interface Subjects {
  /** Unix second of the last block. */
  readonly now: number;
  readonly market: string;
  /** The node with most runs, and the one that is alphabetically last. */
  readonly node: string;
  readonly otherNode: string;
  readonly project: string;
  /** A job in the middle of history, its documents, and a transaction of it. */
  readonly job: string;
  readonly result: string;
  readonly middle: string;
  readonly signature: string;
  /** The definition and the models that most and fewest jobs name. */
  readonly definition: string;
  readonly model: string;
  readonly rareModel: string;
}

const SUBJECTS = `
  SELECT
    (SELECT max(block_time) FROM ledger_entry)::int AS now,
    (SELECT market FROM job GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS market,
    (SELECT node FROM run GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS node,
    (SELECT max(address) FROM node) AS "otherNode",
    (SELECT project FROM job GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS project,
    middle.address AS job, middle.result_cid AS result, middle.listed_position AS middle,
    middle.listed_signature AS signature,
    (SELECT definition_cid FROM job GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) AS definition,
    model.most AS model, model.fewest AS "rareModel"
  FROM (
    SELECT * FROM job WHERE result_cid IS NOT NULL AND listed_signature IS NOT NULL
    ORDER BY listed_position OFFSET (SELECT count(*) / 2 FROM job WHERE result_cid IS NOT NULL) LIMIT 1
  ) AS middle,
  (
    SELECT (array_agg(model ORDER BY jobs DESC))[1] AS most, (array_agg(model ORDER BY jobs))[1] AS fewest FROM (
      SELECT d.model, count(*) AS jobs FROM definition_facts AS d JOIN job AS j ON j.definition_cid = d.cid
      WHERE d.model IS NOT NULL GROUP BY 1
    ) AS each
  ) AS model`;

/** Looks for them, which takes a while. @throws Error where the database is too empty to ask anything of it */
export async function findSubjects({ pool }: Pick<Database, 'pool'>): Promise<Subjects> {
  const { rows } = await pool.query<{ [Name in keyof Subjects]: Subjects[Name] | null }>(SUBJECTS);
  const [found] = rows;
  if (found === undefined || Object.values(found).includes(null)) {
    throw new Error('the database is too empty to ask anything of it');
  }
  return found as Subjects;
}
