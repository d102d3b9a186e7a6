import { z } from 'zod';
import { defineMethod } from '../method.js';

export const getHealth = defineMethod('getHealth', z.tuple([]), () => 'ok');
