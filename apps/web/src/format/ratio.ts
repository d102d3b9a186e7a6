/** A share as a percentage with no more digits than its sample carries: 3 of 7 is 43 %, not 42.857 %. */
export function percentText(share: number, sample?: number): string {
  const percent = share * 100;
  const fraction = sample !== undefined && sample >= 1_000 && percent > 0 && percent < 100 ? 1 : 0;
  return `${percent.toFixed(fraction)} %`;
}

/** A measured rate in three significant digits: 1,240 · 38.2 · 0.421 */
export function rateText(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  const digits = Math.min(6, Math.max(0, 2 - size));
  return value.toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

/** Bytes as people read them: 812 B, 4.1 kB, 12 MB. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1_000) break;
    value /= 1_000;
    unit = next;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** Memory is sold in binary units: 24576 MiB is 24 GB on every data sheet. */
export function memoryText(mebibytes: number): string {
  if (mebibytes < 1_024) return `${mebibytes} MB`;
  const gibibytes = mebibytes / 1_024;
  return `${gibibytes.toFixed(gibibytes < 10 && gibibytes % 1 !== 0 ? 1 : 0)} GB`;
}
