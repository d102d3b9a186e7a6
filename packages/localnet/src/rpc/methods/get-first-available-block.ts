import { z } from 'zod';
import { defineMethod } from '../method.js';

/** The localnet keeps its whole history. */
export const getFirstAvailableBlock = defineMethod('getFirstAvailableBlock', z.tuple([]), () => 0);
