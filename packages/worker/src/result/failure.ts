import type { FormatIssue } from '@inferscan/formats';

/** Why a job or an operation failed, as its result says it. */
export interface JobFailure {
  /** Event names of the network's hosts where they fit. */
  event:
    | 'validation-error'
    | 'resource-error'
    | 'operation-error'
    | 'unsupported-operation'
    | 'inference-error'
    | 'image-pull-error'
    | 'container-runtime-error'
    | 'expired';
  message: string;
  code?: number;
  details?: readonly FormatIssue[];
}
