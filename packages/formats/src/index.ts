export { canonicalDigest, canonicalJson } from './canonical.js';
export { type DefinitionReading, readDefinition } from './definition/reading.js';
export type { DefinitionResource } from './definition/resources.js';
export {
  type DefinitionCheck,
  type JobDefinition,
  type JobOperation,
  validateDefinition,
} from './definition/validate.js';
export { serviceHostLabel } from './endpoint/host-name.js';
export {
  RESULT_SERVICE,
  SERVICE_RECEIPT_SCHEMA,
  ServiceReceipt,
  signServiceReceipt,
  verifyServiceReceipt,
} from './endpoint/service-receipt.js';
export {
  ENDPOINT_TOKEN_SCHEMA,
  EndpointTokenClaims,
  type EndpointTokenReading,
  endpointTokenMessage,
  isEndpointTokenSignedBy,
  readEndpointToken,
  signEndpointToken,
} from './endpoint/token.js';
export type { BenchmarkReport } from './hardware/benchmark.js';
export {
  MEMORY_BANDWIDTH_RESULT,
  NODE_REPORT_SCHEMA,
  type NodeReport,
  type ReportedSpeed,
  readNodeReport,
} from './hardware/node-report.js';
export { type HardwareReport, hardwareReport } from './hardware/report.js';
export type { HardwareSpecs, ReportedGpu } from './hardware/specs.js';
export { MAX_INPUTS, MAX_PROMPT_CHARS, MAX_SEED, Precision, seedOfInput } from './inference/common.js';
export {
  type DefinitionMeta,
  inferenceDefinition,
  inferenceSpecOf,
  isWorkerImage,
  WORKER_IMAGE,
  WORKER_IMAGE_VERSION,
} from './inference/operation.js';
export type { ServiceSpec } from './inference/service.js';
export {
  InferenceSpec,
  type InferenceTask,
  isServing,
  type OperationSpec,
  validateInferenceSpec,
  validateInputs,
} from './inference/spec.js';
export type {
  ActionSpec,
  ClassificationSpec,
  EmbeddingSpec,
  ImageGenerationSpec,
  ImageInput,
} from './inference/tasks.js';
export {
  type Sampling,
  samplingOf,
  TextGenerationParams,
  TextGenerationSpec,
} from './inference/text-generation.js';
export { describeIssues, type FormatIssue } from './issues.js';
export { type Attribution, attributeFault, GRACE_SECONDS } from './outcome/attribute-fault.js';
export { COUNTED_AS } from './outcome/counted-as.js';
export type {
  ChainFacts,
  DefinitionEvidence,
  FaultContext,
  ResultEvidence,
} from './outcome/evidence.js';
export type { HostGeneration } from './outcome/generation.js';
export { type Fault, type Outcome, REASONS, type ReasonCode, type WaitsFor } from './outcome/reasons.js';
export { Receipt, UnsignedReceipt } from './receipt/receipt.js';
export { type SignBytes, signReceipt, verifyReceipt } from './receipt/sign.js';
export { RECEIPT_SCHEMA } from './receipt/version-1.js';
export {
  RECEIPT_SCHEMA_2,
  Receipt2,
  type Segment,
  type SettledSampling,
  type UnsignedReceipt2,
} from './receipt/version-2.js';
export {
  COMMITMENT_SCHEME,
  commitmentDigest,
  commitmentSalt,
  InputCommitment,
  RESULT_COMMITMENTS,
} from './result/commitment.js';
export { FlowLog, FlowState, OperationError, OpState } from './result/flow-state.js';
export { handoverMemo, readHandoverMemo } from './result/handover.js';
export { plainLines, RESULT_PATTERNS, resultLine } from './result/lines.js';
export {
  type CompletionOutput,
  outputDigest,
  RESULT_OUTPUTS,
  RESULT_RECEIPT,
  TextGenerationOutput,
} from './result/output.js';
export {
  PARTIAL_SCHEMA,
  type PartialResult,
  RESULT_PARTIAL,
  readPartial,
  resumableDigest,
  signPartial,
} from './result/partial.js';
export { type FlowSummary, flowSummary } from './result/summary.js';
