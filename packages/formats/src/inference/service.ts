import { z } from 'zod';

import { common } from './common.js';

/** Tasks whose models are asked over an endpoint. */
const SERVED_TASKS = ['text-generation', 'embedding', 'image-generation'] as const;

const sentByCallers = z
  .undefined({ error: 'a model that is served takes none here: whoever calls the endpoint sends them' })
  .optional();

/** Asks for an endpoint that serves a model until the job ends. */
export const ServiceSpec = z.strictObject({
  model: common.model,
  task: z.enum(SERVED_TASKS, { error: `expected a task that can be served: ${SERVED_TASKS.join(', ')}` }),
  precision: common.precision,
  serve: z.strictObject({ port: z.int().min(1).max(65_535) }),
  inputs: sentByCallers,
  params: sentByCallers,
  resume: z.undefined({ error: 'a service has nothing to go on from' }).optional(),
});
export type ServiceSpec = z.infer<typeof ServiceSpec>;
