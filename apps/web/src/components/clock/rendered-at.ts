import 'server-only';
import { cache } from 'react';

/** Unix seconds at which this request is drawn: one value for all of a page. */
export const renderedAt = cache((): number => Math.floor(Date.now() / 1_000));
