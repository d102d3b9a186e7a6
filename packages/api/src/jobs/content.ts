import { FlowState, RESULT_OUTPUTS, TextGenerationOutput } from '@inferscan/formats';

/** Where fetching a document by its CID stands; 'dropped': it was read and is not kept; 'none': the chain names no such document. */
export type ContentStatus = 'pending' | 'fetched' | 'dropped' | 'invalid' | 'missing' | 'none';

/** A document of a job, as fetched and verified by CID. */
export interface ContentView {
  cid: string | null;
  status: ContentStatus;
  /** null until fetched, or when larger than what a page carries (`truncated`). */
  json: unknown;
  truncated: boolean;
  bytes: number | null;
  error: string | null;
}

export interface ContentSqlRow {
  cid: string;
  status: string;
  json: unknown;
  bytes: number | null;
  error: string | null;
}

/** Largest document sent with a page, bytes. */
const MAX_CONTENT_BYTES = 262_144;

export const CONTENT_COLUMNS = `c.cid, case when c.dropped_at is null then c.status else 'dropped' end as status,
  c.bytes, c.error,
  case when coalesce(c.bytes, 0) <= ${MAX_CONTENT_BYTES} then c.json end as json`;

export function toContentView(cid: string | null, row: ContentSqlRow | undefined): ContentView {
  if (cid === null) {
    return { cid, status: 'none', json: null, truncated: false, bytes: null, error: null };
  }
  return {
    cid,
    status: (row?.status as ContentStatus | undefined) ?? 'pending',
    json: row?.json ?? null,
    truncated: (row?.bytes ?? 0) > MAX_CONTENT_BYTES,
    bytes: row?.bytes ?? null,
    error: row?.error ?? null,
  };
}

/** What the model answered, per prompt. */
export interface AnswerView {
  op: string;
  text: string;
  reasoning: string;
  finishReason: 'stop' | 'length';
  tokens: { prompt: number; completion: number; reasoning: number };
}

/** Answers in a flow state's results; hostile input: what does not parse is left out. */
export function answersOf(result: unknown): AnswerView[] {
  const flow = FlowState.safeParse(result);
  if (!flow.success) return [];
  return (flow.data.opStates ?? []).flatMap((op) => {
    const outputs = op.results?.[RESULT_OUTPUTS];
    return [outputs ?? []].flat().flatMap((text) => {
      const output = parseOutput(text);
      if (output === null) return [];
      return [
        {
          op: op.operationId ?? '',
          text: output.text,
          reasoning: output.reasoning,
          finishReason: output.finish_reason,
          tokens: output.tokens,
        },
      ];
    });
  });
}

function parseOutput(text: string): TextGenerationOutput | null {
  try {
    const parsed = TextGenerationOutput.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
