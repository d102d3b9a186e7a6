import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hardwareReport } from '../src/index.js';

const stdout = (text: string) => ({ type: 'stdout', log: text, timestamp: '2025-11-01T00:00:00.000Z' });
const op = (operationId: string, state: object) => ({
  operationId,
  status: 'success',
  exitCode: 0,
  endTime: 5,
  ...state,
});
const flow = (...opStates: object[]) => ({ status: 'success', startTime: 1, endTime: 9, opStates });

const system = {
  system_environment: 'Linux',
  cpu_model: 'AMD EPYC 7443',
  ram_mb: 128_000.5,
  disk_gb: 900,
  physical_cores: 24,
  logical_cores: 48,
};
const network = { ip: '203.0.113.7', country: 'NL', ping_ms: 3.5, download_mbps: 940, upload_mbps: 880 };
const cuda = {
  cuda_check: {
    devices: [
      {
        index: 0,
        name: 'NVIDIA GeForce RTX 4090',
        uuid: 'GPU-1',
        memory: { total_mb: 24_564 },
        network_architecture: { major: 8, minor: 9 },
        results: [1],
      },
    ],
    runtime_version: '12.4',
    cuda_driver_version: 12.8,
    nvml_driver_version: '570.86',
  },
};

describe('hardwareReport', () => {
  it('puts together what the three ops of the network’s check print', () => {
    const [head, tail] = [JSON.stringify(cuda).slice(0, 50), JSON.stringify(cuda).slice(50)];
    const report = hardwareReport(
      flow(
        op('system-info', { logs: [stdout(JSON.stringify(system))] }),
        op('network-info', { logs: [stdout(`measuring …\n${JSON.stringify(network)}\n`)], endTime: 8 }),
        op('gpu-info', {
          logs: [stdout(head), { type: 'stderr', log: 'a warning' }, stdout(tail)],
          endTime: 7,
        }),
        op('hello', { logs: [stdout('{"cpu_model":"not asked for"}')] }),
      ),
    );
    expect(report).toEqual({
      specs: {
        systemEnvironment: 'Linux',
        cpuModel: 'AMD EPYC 7443',
        physicalCores: 24,
        logicalCores: 48,
        ramMb: 128_000.5,
        diskGb: 900,
        gpus: [
          {
            index: 0,
            name: 'NVIDIA GeForce RTX 4090',
            uuid: 'GPU-1',
            memoryMb: 24_564,
            computeCapability: '8.9',
          },
        ],
        cudaRuntime: '12.4',
        cudaDriver: '12.8',
        nvmlDriver: '570.86',
        gpuError: null,
        country: 'NL',
        pingMs: 3.5,
        downloadMbps: 940,
        uploadMbps: 880,
      },
      benchmark: null,
      operations: ['system-info', 'network-info', 'gpu-info'],
      measuredAt: 8,
    });
    expect(JSON.stringify(report)).not.toContain(network.ip);
  });

  it('keeps what a GPU check says went wrong', () => {
    const error = { cuda_check: { error: { is_cuda_available: false, reason: 'no driver' } } };
    const report = hardwareReport(flow(op('gpu-info', { logs: [stdout(JSON.stringify(error))] })));
    expect(report?.specs).toMatchObject({ gpus: [], gpuError: 'no driver', cpuModel: null });
  });

  it('reads the benchmarks of 2025', () => {
    const llm = {
      model_id: 'llama3.1_8B',
      results: {
        users_5: { tokens_per_second: { mean: 300 } },
        users_1: { tokens_per_second: { mean: 61.25 } },
      },
    };
    const report = hardwareReport(
      flow(
        op('generic_benchmark', {
          results: {
            results_system_specs: [JSON.stringify({ ...system, ...cuda })],
            results_generic_benchmark: ['{"matmul":{"tflops":12.5},"name":"x"}'],
          },
        }),
        op('nn_benchmark', { results: { results_nn_benchmark: ['{"images_per_second":412}'] } }),
        op('llm-benchmark', { results: { results_llm_benchmark: [JSON.stringify(llm)] } }),
      ),
    );
    expect(report).toMatchObject({
      specs: { cpuModel: 'AMD EPYC 7443', gpus: [{ memoryMb: 24_564 }] },
      benchmark: { model: 'llama3.1_8B', tokensPerSecond: 61.25, gpuWattageAvg: null },
      operations: ['generic_benchmark', 'nn_benchmark', 'llm-benchmark'],
    });
    expect(report?.benchmark?.figures).toEqual({
      'results_generic_benchmark.matmul.tflops': 12.5,
      'results_nn_benchmark.images_per_second': 412,
      'results_llm_benchmark.results.users_5.tokens_per_second.mean': 300,
      'results_llm_benchmark.results.users_1.tokens_per_second.mean': 61.25,
    });
  });

  it.each(['', 'qwen-8b__'])('reads the benchmarks of 2026, named %s…', (prefix) => {
    const results = {
      [`${prefix}tokens_per_second`]: ['"users_1_tokens_per_second_mean":104.5', '104.5'],
      [`${prefix}gpu_wattage_avg`]: ['"users_1_gpu_wattage_avg":310', '310'],
      [`${prefix}gpu_temperature_avg`]: ['66'],
      comment: ['not a number', ''],
    };
    expect(hardwareReport(flow(op('benchmark', { results })))?.benchmark).toMatchObject({
      tokensPerSecond: 104.5,
      gpuWattageAvg: 310,
      gpuTemperatureAvg: 66,
      model: null,
    });
    // In an ordinary job the same names are the job's own.
    expect(hardwareReport(flow(op('inference', { results })))).toBeNull();
  });

  it.each([
    ['no result at all', 'nonsense'],
    ['an ordinary job', flow(op('a', { logs: [stdout(JSON.stringify(system))] }))],
    ['a check that printed nothing', flow(op('system-info', {}))],
    ['a check that printed something else', flow(op('system-info', { logs: [stdout('[1, 2]')] }))],
    ['a benchmark without numbers', flow(op('benchmark', { results: { a: ['x'] } }))],
  ])('finds nothing in %s', (_, json) => {
    expect(hardwareReport(json)).toBeNull();
  });

  it('never throws, and believes no impossible number', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(json, json, (any, other) => {
        hardwareReport(any);
        hardwareReport(
          flow(
            op('gpu-info', { logs: [stdout(JSON.stringify(any))] }),
            op('system-info', { logs: [stdout(JSON.stringify({ cuda_check: any, ram_mb: other }))] }),
            op('benchmark', { results: { a: [JSON.stringify(any)], __proto__: ['1'] } }),
          ),
        );
      }),
      { numRuns: 300 },
    );
    const wild = { ...system, logical_cores: 1e12, ram_mb: -5, cpu_model: 'x'.repeat(5_000) };
    const report = hardwareReport(flow(op('system-info', { logs: [stdout(JSON.stringify(wild))] })));
    expect(report?.specs).toMatchObject({
      logicalCores: null,
      ramMb: null,
      cpuModel: null,
      physicalCores: 24,
    });
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    const many = hardwareReport(flow(op('benchmark', { results: { a: [JSON.stringify(wide)] } })));
    expect(Object.keys(many?.benchmark?.figures ?? {})).toHaveLength(100);
  });
});
