import { FlowState, RESULT_COMMITMENTS, RESULT_OUTPUTS, RESULT_RECEIPT, Receipt } from '@inferscan/formats';

/** A receipt with what the result that it stood in says besides. */
export interface ReceiptedOp {
  readonly receipt: Receipt;
  /** As it was signed, with every field. */
  readonly signed: unknown;
  /** The op under which it stood; undefined for a receipt alone. */
  readonly op?: string;
  readonly outputs?: readonly unknown[];
  readonly commitments?: readonly unknown[];
}

/**
 * The receipts in a document: a receipt, or a result with some.
 * @throws Error if it is neither
 */
export function receiptsIn(json: unknown): ReceiptedOp[] {
  const alone = Receipt.safeParse(json);
  if (alone.success) return [{ receipt: alone.data, signed: json }];
  const flow = FlowState.safeParse(json);
  const found = (flow.success ? (flow.data.opStates ?? []) : []).flatMap(({ operationId, results }) => {
    const texts = (name: string) => [results?.[name] ?? []].flat();
    const [text] = texts(RESULT_RECEIPT);
    if (text === undefined) return [];
    const signed = parse(text, `${operationId}.results.${RESULT_RECEIPT}[0]`);
    const list = (name: string) =>
      texts(name).map((one, index) => parse(one, `${operationId}.results.${name}[${index}]`));
    return [
      {
        receipt: Receipt.parse(signed),
        signed,
        op: operationId ?? '',
        outputs: list(RESULT_OUTPUTS),
        ...(results?.[RESULT_COMMITMENTS] && { commitments: list(RESULT_COMMITMENTS) }),
      },
    ];
  });
  if (found.length > 0) return found;
  throw new Error('the document is neither a receipt nor a result that holds one');
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
