export { loadKeypair } from './chain/wallet.js';
export { createJobAccess } from './endpoint/access.js';
export { createEndpoint, type Endpoint, type EndpointOptions } from './endpoint/endpoint.js';
export { type HardwareReport, hardwareReport } from './hardware/report.js';
export { createWorker, type Worker, type WorkerOptions } from './worker.js';
