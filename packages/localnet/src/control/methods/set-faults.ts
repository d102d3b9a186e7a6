import { z } from 'zod';
import { faultSettings } from '../../faults/settings.js';
import { defineControl } from '../method.js';

/** Makes answers, notifications and slots go wrong from now on, or with null right again. */
export const setFaults = defineControl(
  'localnet_setFaults',
  z.tuple([faultSettings.nullable()]),
  ({ faults }, [settings]) => {
    faults.set(settings);
    return { faults: faults.settings() };
  },
);
