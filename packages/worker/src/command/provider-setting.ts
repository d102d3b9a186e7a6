import { listOf, text } from './settings.js';

/** What runs models in this process; for every command that starts the engine. */
export const providerSetting = {
  kind: 'list',
  value: 'NAME',
  help: 'execution provider of ONNX Runtime that runs models, such as webgpu, cuda or coreml; may be given several\ntimes, the preferred one first (default: cpu)',
  schema: listOf(text('a name'), 'a list of names').default(['cpu']),
} as const;
