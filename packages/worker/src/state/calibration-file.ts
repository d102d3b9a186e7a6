import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { canonicalDigest } from '@inferscan/formats';
import { z } from 'zod';

import { Calibration } from '../hardware/calibration.js';
import type { HardwareReport } from '../hardware/report.js';
import { replaceFile } from './file.js';

const CalibrationFile = z.object({ version: z.literal(1), machine: z.string(), calibration: Calibration });

/** What was measured before on this very machine; null if nothing, or on another one. A file that cannot be read counts as none. */
export async function loadCalibration(dir: string, hardware: HardwareReport): Promise<Calibration | null> {
  try {
    const { machine, calibration } = CalibrationFile.parse(
      JSON.parse(await readFile(join(dir, 'calibration.json'), 'utf8')),
    );
    return machine === canonicalDigest(hardware) ? calibration : null;
  } catch {
    return null;
  }
}

export async function saveCalibration(
  dir: string,
  hardware: HardwareReport,
  calibration: Calibration,
): Promise<void> {
  const file: z.infer<typeof CalibrationFile> = {
    version: 1,
    machine: canonicalDigest(hardware),
    calibration,
  };
  await replaceFile(join(dir, 'calibration.json'), JSON.stringify(file));
}
