import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { canonicalDigest } from '@inferscan/formats';
import { z } from 'zod';

import { Calibration } from '../hardware/calibration.js';
import type { HardwareReport } from '../hardware/report.js';
import { replaceFile } from './file.js';

const CalibrationFile = z.object({ version: z.literal(1), machine: z.string(), calibration: Calibration });

/** The providers that are measured where nobody names others. */
const USUAL: readonly string[] = ['cpu'];

/**
 * What was measured before on this very machine with these providers; null if nothing, or on another one. A file that cannot be read
 * counts as none.
 */
export async function loadCalibration(
  dir: string,
  hardware: HardwareReport,
  providers = USUAL,
): Promise<Calibration | null> {
  try {
    const { machine, calibration } = CalibrationFile.parse(
      JSON.parse(await readFile(join(dir, 'calibration.json'), 'utf8')),
    );
    return machine === machineOf(hardware, providers) ? calibration : null;
  } catch {
    return null;
  }
}

export async function saveCalibration(
  dir: string,
  hardware: HardwareReport,
  calibration: Calibration,
  providers = USUAL,
): Promise<void> {
  const file: z.infer<typeof CalibrationFile> = {
    version: 1,
    machine: machineOf(hardware, providers),
    calibration,
  };
  await replaceFile(join(dir, 'calibration.json'), JSON.stringify(file));
}

/** The processor alone is the machine itself, as files of before providers could be chosen have it. */
function machineOf(hardware: HardwareReport, providers: readonly string[]): string {
  const isUsual = providers.join() === USUAL.join();
  return canonicalDigest(isUsual ? hardware : { ...hardware, providers: [...providers] });
}
