/** Measured speed of one model at one precision on one kind of device. */
export interface Throughput {
  model: string;
  precision: string;
  runtime: string;
  provider: string;
  /** Receipts from which a speed can be taken: with completion tokens, and time after loading. */
  receipts: number;
  /**
   * Median over all those receipts of completion tokens / (total - load - queue) seconds: how fast answers come once
   * the model is loaded, the first token's delay included. Speeds are counted in steps of at most a 32nd, and the median
   * is the mean of the step in the middle: exact where all of that step say the same.
   */
  tokensPerSecond: number;
  /** Median milliseconds to the first token, in the same way. */
  firstTokenMs: number;
}

/** One kind of device, as nodes report it in receipts with a valid signature. Names are cut to 120 characters. */
export interface HardwareRow {
  kind: 'cpu' | 'gpu';
  name: string;
  /** Different nodes whose latest receipt of this kind names it. */
  nodes: number;
  /** Logical cores of the machines, each as its node's latest receipt with this device says: least and most. */
  logicalCores: { min: number; max: number };
  /** Memory of the machine (cpu) or of one device (gpu), MiB, in the same way: least and most. */
  memoryMb: { min: number; max: number };
  receipts: number;
  completionTokens: number;
  lastSeenAt: number;
  /** The most used first: up to 50 of a device, and 1,000 of all. */
  throughput: Throughput[];
}
