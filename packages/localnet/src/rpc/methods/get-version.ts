import { z } from 'zod';
import { API_VERSION } from '../context.js';
import { defineMethod } from '../method.js';

export const getVersion = defineMethod('getVersion', z.tuple([]), () => ({
  'feature-set': 0,
  'solana-core': API_VERSION,
}));
