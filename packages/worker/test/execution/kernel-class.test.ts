import { cpus } from 'node:os';

import { describe, expect, it } from 'vitest';

import { kernelClass, kernelFlags } from '../../src/result/kernel-class.js';

describe('the class of the kernels', () => {
  it('names the instruction sets that choose between kernels, in one order, of either kind of processor', () => {
    const x86 =
      'model name\t: X\nflags\t\t: fpu avx2 fma sse4_2 avx avx512f avx512_vnni hypervisor\nbugs\t: none\n';
    expect(kernelFlags(x86)).toEqual(['avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni']);
    expect(kernelFlags(`${x86}\n${x86.replace('avx512f ', '')}`)).toEqual(kernelFlags(x86));
    expect(kernelFlags('Features\t: fp asimd aes asimddp i8mm bf16\n')).toEqual(['asimddp', 'i8mm', 'bf16']);
    // A name within a longer one is another.
    expect(kernelFlags('flags : avx512_vnni_x\n')).toEqual([]);
    expect(kernelFlags('')).toEqual([]);
  });

  it('is another for another runtime', async () => {
    const runtime = { name: 'onnxruntime-node', version: '1.30.0', provider: 'cpu', threads: 1 };
    const here = await kernelClass(runtime);
    expect(await kernelClass({ ...runtime, threads: 4 })).toBe(here);
    if (cpus().length > 0 && here !== null)
      expect(await kernelClass({ ...runtime, version: '2' })).not.toBe(here);
  });

  it('is nobody’s on a GPU, which the runtime does not name', async () => {
    const runtime = { name: 'onnxruntime-node', version: '1.30.0', provider: 'webgpu', threads: 1 };
    expect(await kernelClass(runtime)).toBeNull();
  });
});
