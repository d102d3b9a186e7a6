import { z } from 'zod';
import { API_VERSION } from '../context.js';
import { defineMethod } from '../method.js';

export const getVersion = defineMethod('getVersion', z.tuple([]), () => ({
  'solana-core': API_VERSION,
  'feature-set': 0,
}));
