import { z } from 'zod';
import { defineMethod } from '../method.js';

export const getGenesisHash = defineMethod('getGenesisHash', z.tuple([]), ({ chain }) => chain.genesisHash);
