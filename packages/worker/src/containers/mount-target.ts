const MAX_CHARS = 4_096;
/** The kernel's own; what is said of mounts there would be read as the host's fault. */
const KERNELS = /^\/(?:proc|sys|dev)(?:\/|$)/;

export const NO_TARGET = 'expected the path of a folder, from /, without .., and not in /proc, /sys or /dev';

/** Whether a volume may be mounted at a path in a container. */
export function isMountTarget(path: string): boolean {
  const plain = path.replace(/\/(?:\.?\/)*/g, '/');
  return (
    path.length <= MAX_CHARS &&
    /^\/[^\p{Cc}]*$/u.test(path) &&
    !path.split('/').includes('..') &&
    /[^/.]/.test(path) &&
    !KERNELS.test(plain)
  );
}
