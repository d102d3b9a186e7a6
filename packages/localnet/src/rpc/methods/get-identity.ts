import { z } from 'zod';
import { defineMethod } from '../method.js';
import { validatorIdentity } from '../validator.js';

export const getIdentity = defineMethod('getIdentity', z.tuple([]), (context) => ({
  identity: validatorIdentity(context),
}));
