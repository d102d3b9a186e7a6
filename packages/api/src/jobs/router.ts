import { z } from 'zod';
import type { RouterDeps } from '../deps.js';
import { DomainError } from '../errors/domain-error.js';
import { AddressText } from '../read/inputs.js';
import { procedure, router } from '../trpc.js';
import { readJob } from './detail.js';
import { JobListInput, listJobs } from './list.js';

const JobByAddressInput = z.strictObject({
  address: AddressText,
  /** listedPosition of one life of the account; the newest without it. */
  at: z
    .string()
    .regex(/^\d{12}-\d{6}-\d{3}-\d{3}$/, 'expected a chain position')
    .optional(),
});

export function jobsRouter(deps: RouterDeps) {
  return router({
    list: procedure
      .input(JobListInput)
      .query(({ input }) => deps.read((reader) => listJobs(reader, deps.directory, input))),
    byAddress: procedure.input(JobByAddressInput).query(async ({ input }) => {
      const detail = await deps.read((reader) => readJob(reader, deps.directory, input.address, input.at));
      if (detail === null) throw new DomainError('not_found', `No job ${input.address} in the index.`);
      return detail;
    }),
  });
}
