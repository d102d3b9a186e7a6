import 'server-only';
import { cache } from 'react';
import { container } from '@/server/container';

/** Calls the API in-process from server components; one caller per request. */
export const api = cache(async () => (await container()).api.createCaller());
