import type { FlowLog } from '@inferscan/formats';

/** Lines that the network's hosts keep of an op. */
const MAX_LINES = 24_999;

/** The last lines of a log, up to so many characters. */
export interface LogTail {
  add(type: string, text: string): void;
  lines(): FlowLog[];
}

export function createLogTail(maxChars: number): LogTail {
  let kept: FlowLog[] = [];
  let from = 0;
  let chars = 0;
  const sizeOf = ({ log }: FlowLog) => log?.length ?? 0;
  return {
    add(type, text) {
      const line = { type, log: `${text}\n`, timestamp: new Date().toISOString() };
      kept.push(line);
      chars += sizeOf(line);
      while (kept.length - from > 1 && (kept.length - from > MAX_LINES || chars > maxChars)) {
        const dropped = kept[from++];
        chars -= dropped ? sizeOf(dropped) : 0;
      }
      // Moved now and then, not for every line.
      if (from > MAX_LINES) {
        kept = kept.slice(from);
        from = 0;
      }
    },
    lines: () => kept.slice(from),
  };
}
