import { attributeFault, type FlowState, FlowState as FlowStateSchema } from '@inferscan/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { NODE_LABEL } from '../../src/containers/belongings.js';
import { ExecutionStopped } from '../../src/execution/stop.js';
import { createNodeKey } from '../execution/support.js';
import { until } from '../support/network.js';
import { IMAGE, type RealEngine, startEngine } from './real-engine.js';
import { startRegistry } from './registry.js';
import { definitionOf, type JobChange, POLICY, runJob, type WrittenOp, writtenBy } from './run-job.js';

const MIB = 2 ** 20;

let real: RealEngine;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let closedRegistry: typeof registry;
beforeAll(async () => {
  real = await startEngine();
  registry = await startRegistry();
  closedRegistry = await startRegistry('user:secret');
});
afterAll(async () => {
  await registry?.close();
  await closedRegistry?.close();
  await real?.stop();
});

/** How many containers, networks and volumes of a node there are. */
async function belongingsOf(node: string): Promise<number[]> {
  const { docker } = real.engine;
  const filters = { label: [`${NODE_LABEL}=${node}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [containers.length, networks.length, (Volumes ?? []).length];
}

const running = (node: string) =>
  until('the container to run', async () => {
    const filters = { label: [`${NODE_LABEL}=${node}`] };
    return (await real.engine.docker.listContainers({ filters })).length === 1;
  });

/** Runs a job, of which nothing may be left but its result. */
async function run(
  ops: readonly WrittenOp[],
  { key = createNodeKey(), ...change }: JobChange = {},
  more: object = {},
): Promise<FlowState> {
  const flow = await runJob(real.engine, definitionOf(ops, more), { key, ...change });
  expect(FlowStateSchema.safeParse(flow).success).toBe(true);
  expect(await belongingsOf(key.address)).toEqual([0, 0, 0]);
  return flow;
}
const shell = (id: string, cmd: string, args: object = {}): WrittenOp => ({
  id,
  args: { image: IMAGE, cmd, ...args },
});

/** Whose fault the network's explorer finds it to be. */
function faultOf(flow: FlowState, { service = false, seconds = 10n } = {}) {
  const { code, fault } = attributeFault(
    { end: 'finish', startedAt: 1_800_000_000n, endedAt: 1_800_000_000n + seconds, timeout: 60n, now: null },
    { state: 'read', json: JSON.parse(JSON.stringify(flow)) },
    {
      definition: { state: 'read', valid: true, service, confidential: false, operations: 1, awaiting: [] },
      ranElsewhere: false,
    },
  );
  return { code, fault };
}

describe('a container', () => {
  it('does what it is told, where and with what it is told, and leaves its log and results', async () => {
    const key = createNodeKey();
    const flow = await run(
      [
        {
          id: 'a',
          args: {
            image: IMAGE,
            entrypoint: '/bin/sh',
            cmd: ['-c', 'echo in $(pwd): $OWN, $ALL, $NOSANA_ID; echo size=3 >&2; printf "ü without end"'],
            env: { OWN: 'of op' },
          },
          results: { size: 'size=(\\d+)', out: { regex: 'in .*', logType: ['stdout'] }, none: 'nothing' },
        },
      ],
      { key },
      { global: { env: { ALL: 'of all', OWN: 'not seen' }, work_dir: '/www' } },
    );
    const said = `in /www: of op, of all, ${key.address}`;
    expect(writtenBy(flow, 'a')).toBe(`${said}\nü without end\n`);
    expect(writtenBy(flow, 'a', 'stderr')).toBe('size=3\n');
    expect(flow).toMatchObject({ status: 'success', errors: [], secrets: {} });
    expect(flow.opStates).toMatchObject([
      {
        operationId: 'a',
        group: 'a',
        providerId: expect.stringMatching(/^[0-9a-f]{64}$/),
        status: 'success',
        exitCode: 0,
        results: { size: ['size=3', '3'], out: [said], none: [] },
        errors: [],
        diagnostics: {
          reason: { hostShutDown: false, jobStopped: false, jobExpired: false },
          state: { ExitCode: 0, OOMKilled: false, RestartCount: 0, Status: 'exited' },
        },
      },
    ]);
    expect(faultOf(flow)).toEqual({ code: 'completed', fault: 'nobody' });
  });

  it('is stopped with its job, asked first, and what it said is kept', async () => {
    const stop = new AbortController();
    const key = createNodeKey();
    const done = run(
      [shell('a', 'trap "echo ending; exit 7" TERM; echo ready; while true; do sleep 0.1; done')],
      { key, signal: stop.signal },
    );
    await running(key.address);
    stop.abort(new ExecutionStopped('expired'));
    const flow = await done;
    expect(flow).toMatchObject({
      status: 'success',
      opStates: [{ status: 'stopped', exitCode: 7, diagnostics: { reason: { jobExpired: true } } }],
    });
    expect(writtenBy(flow, 'a')).toBe('ready\nending\n');
    expect(faultOf(flow, { seconds: 60n })).toEqual({ code: 'batch_expired', fault: 'user' });
    expect(faultOf(flow, { seconds: 60n, service: true })).toEqual({
      code: 'service_expired',
      fault: 'nobody',
    });
  });

  it('is made to end where it does not listen', async () => {
    const stop = new AbortController();
    const key = createNodeKey();
    const deaf = shell('a', 'trap "" TERM; while true; do sleep 1; done');
    const flow = run([deaf], { key, signal: stop.signal });
    await running(key.address);
    stop.abort(new ExecutionStopped('shutdown'));
    expect(await flow).toMatchObject({
      status: 'failed',
      opStates: [{ status: 'stopped', exitCode: 137, diagnostics: { reason: { hostShutDown: true } } }],
    });
  });

  it.each<[string, WrittenOp, object, string, string]>([
    ['exits with an error', shell('a', 'exit 3'), { exitCode: 3 }, 'exit_code', 'user'],
    [
      'has a command that is not there',
      { id: 'a', args: { image: IMAGE, cmd: ['nothing'] } },
      { exitCode: 2, errors: [{ event: 'container-runtime-error' }] },
      'command_invalid',
      'user',
    ],
    [
      'has no command at all',
      { id: 'a', args: { image: IMAGE } },
      { errors: [{ message: 'No command specified' }] },
      'command_invalid',
      'user',
    ],
    [
      'wants a GPU that does not work',
      shell('a', 'true', { gpu: true }),
      { errors: [{ message: expect.stringContaining('gpu') }] },
      'container_start_failed',
      'host',
    ],
  ])('that %s', async (_, op, expected, code, fault) => {
    const flow = await run([op], { policy: { gpus: true } });
    expect(flow.opStates).toMatchObject([{ status: 'failed', ...expected }]);
    expect(faultOf(flow)).toEqual({ code, fault });
  });
});

describe('an image', () => {
  const op = (image: string, args: object = {}): WrittenOp => ({ id: 'a', args: { image, ...args } });

  it('is pulled where it is not there, with a login where one is asked for', async () => {
    // It has no program: that is found out only once it is here.
    const expected = {
      errors: [{ event: 'container-runtime-error', message: expect.stringContaining('/hello') }],
    };
    const open = await run([op(`${registry.host}/open/small:1`)]);
    expect(open.opStates).toMatchObject([expected]);
    const docker = { username: 'user', password: 'secret', server: closedRegistry.host };
    const closed = await run([op(`${closedRegistry.host}/open/small:1`, { authentication: { docker } })]);
    expect(closed.opStates).toMatchObject([expected]);
    const pulls = registry.asked.length;
    await run([op(`${registry.host}/open/small:1`)]);
    expect(registry.asked).toHaveLength(pulls);
  });

  it.each([
    ['does not exist', () => `${registry.host}/open/nothing:1`, 'image_refused', 'user'],
    ['may not be had', () => `${closedRegistry.host}/open/small:2`, 'image_refused', 'user'],
    ['is limited', () => `${registry.host}/busy/small:1`, 'image_rate_limited', 'nobody'],
  ])('that %s', async (_, image, code, fault) => {
    const flow = await run([op(image())]);
    expect(flow.opStates).toMatchObject([
      { status: 'failed', exitCode: 2, providerId: null, errors: [{ event: 'image-pull-error' }] },
    ]);
    expect(faultOf(flow)).toEqual({ code, fault });
  });

  it('whose registry is not there is the host’s trouble, without a word on its network', async () => {
    const flow = await run([op('127.0.0.1:1/some/image')]);
    expect(faultOf(flow)).toEqual({ code: 'image_pull_failed', fault: 'host' });
    expect(JSON.stringify(flow)).not.toContain('127.0.0.1:1');
  });

  it('that does not come is not waited for when the job has to stop', async () => {
    const stop = new AbortController();
    const done = run([op(`${registry.host}/slow/image:1`)], { signal: stop.signal });
    await until('the pull to begin', () => registry.asked.some((path) => path.startsWith('/v2/slow/')));
    stop.abort(new ExecutionStopped('expired'));
    const flow = await done;
    expect(flow.opStates).toMatchObject([{ status: 'stopped', providerId: null }]);
    expect(faultOf(flow, { seconds: 60n })).toMatchObject({ code: 'expired_while_starting' });
  });
});

describe('what a container may not', () => {
  it('is anything beyond its share and the few rights that images use', async () => {
    const flow = await run(
      [
        shell(
          'a',
          [
            'cat /proc/self/status; ls /sys/class/net; test -e /var/run/docker.sock && echo has docker',
            'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null',
            'mount -t tmpfs none /tmp || echo no mount',
          ].join('\n'),
        ),
        shell('b', 'true'),
      ].map((one) => ({ ...one, execution: { group: 'g' } })),
    );
    const said = writtenBy(flow, 'a').split('\n');
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE.
    expect(said).toContain('CapEff:\t00000000000004eb');
    expect(said).toContain('CapBnd:\t00000000000004eb');
    expect(said).toContain('NoNewPrivs:\t1');
    expect(said).toContain('Seccomp:\t2');
    expect(said.filter((line) => /^(eth|lo|docker|br)/.test(line))).toEqual(['eth0', 'lo']);
    // Two side by side: half of it each.
    expect(said).toContain(String(POLICY.memoryBytes / 2));
    expect(said).toContain('no mount');
    expect(said).not.toContain('has docker');
  });

  it('is more memory: that is the job’s fault', async () => {
    const flow = await run([shell('a', 'x=$(yes | head -c 60000000); echo $x')], {
      policy: { memoryBytes: 24 * MIB },
    });
    expect(flow.opStates).toMatchObject([
      { status: 'failed', exitCode: 137, diagnostics: { state: { OOMKilled: true } } },
    ]);
    expect(faultOf(flow)).toEqual({ code: 'out_of_memory', fault: 'user' });
  });

  it('is more processes, or a file system where that is forbidden', async () => {
    const flow = await run(
      [shell('a', 'touch /www/x; touch /tmp/x && echo tmp; for i in $(seq 40); do sleep 5 & done; echo all')],
      { policy: { pids: 20, readOnly: true } },
    );
    expect(writtenBy(flow, 'a', 'stderr')).toMatch(/\/www\/x: Read-only file system/);
    expect(writtenBy(flow, 'a', 'stderr')).toMatch(/can't fork: Resource temporarily unavailable/);
    expect(writtenBy(flow, 'a')).toBe('tmp\n');
  });

  it('is to fill the node with what it writes', async () => {
    const flow = await run([
      {
        ...shell('a', 'yes 0123456789012345678901234567890123456789 | head -c 6000000; echo end=1'),
        results: { end: 'end=(.)' },
      },
    ]);
    const [op] = flow.opStates ?? [];
    const kept = (op?.logs ?? []).reduce((sum, { log }) => sum + (log?.length ?? 0), 0);
    expect(op?.logs?.length).toBeLessThanOrEqual(24_999);
    expect(kept).toBeLessThanOrEqual(2_000_000);
    expect(op?.results).toEqual({ end: ['end=1', '1'] });
  });
});

describe('containers of one job', () => {
  it('share volumes that the job has created, and no other', async () => {
    const volumes = [{ name: 'data', dest: '/data' }];
    const flow = await run([
      { id: 'v', type: 'container/create-volume', args: { name: 'data' } },
      shell('writes', 'echo kept > /data/file', { volumes }),
      shell('reads', 'cat /data/file', { volumes }),
      shell('strays', 'true', { volumes: [{ name: 'etc', dest: '/etc' }] }),
      { id: 'twice', type: 'container/create-volume', args: { name: 'data' } },
    ]);
    expect(writtenBy(flow, 'reads')).toBe('kept\n');
    expect(flow.opStates).toMatchObject([
      { status: 'success' },
      { status: 'success' },
      { status: 'success' },
      {
        status: 'failed',
        exitCode: 1,
        errors: [{ message: '$input.ops[3].args.volumes[0].name: no volume etc was created before' }],
      },
      { errors: [{ message: '$input.ops[4].args.name: there is a volume data already' }] },
    ]);
    expect(faultOf(flow)).toEqual({ code: 'definition_invalid', fault: 'user' });
  });

  it('find each other once they are healthy, and what they found goes on to the next group', async () => {
    const check = {
      type: 'http',
      path: '/index.html',
      method: 'GET',
      expected_status: 200,
      continuous: false,
    };
    const g = { group: 'g' };
    const flow = await run(
      [
        { id: 'v', type: 'container/create-volume', args: { name: 'www' } },
        {
          ...shell(
            'web',
            'sleep 0.5; echo token=42 > /www/index.html; httpd -p 8080 -h /www; until test -e /www/done; do sleep 0.1; done',
            {
              expose: [{ port: 8080, health_checks: [check] }],
              volumes: [{ name: 'www', dest: '/www' }],
            },
          ),
          execution: g,
        },
        {
          ...shell(
            'client',
            'wget -qO- http://%%ops.web.host%%:8080/; wget -qO- http://web:8080/; touch /www/done',
            {
              volumes: [{ name: 'www', dest: '/www' }],
            },
          ),
          results: { token: '(?<=token=)\\d+' },
          execution: { ...g, depends_on: ['web'] },
        },
        shell('last', 'echo %%ops.client.results.token%% at %%ops.web.endpoint.8080%%'),
      ],
      { healthTimes: { untilPassedMs: 100, afterwardsMs: 1_000, attemptMs: 2_000 } },
    );
    expect(flow.opStates?.map(({ status }) => status)).toEqual(['success', 'success', 'success', 'success']);
    expect(writtenBy(flow, 'client')).toBe('token=42\ntoken=42\n');
    expect(writtenBy(flow, 'last')).toMatch(/^42 42 at http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it('end with those that they serve', async () => {
    const flow = await run([
      {
        ...shell('server', 'httpd -f -p 80 -h /www', { expose: 80 }),
        execution: { group: 'g', depends_on: ['client'], stop_if_dependent_stops: true },
      },
      {
        ...shell('client', 'until wget -qO- http://server/ 2>&1 | grep 404; do sleep 0.1; done'),
        execution: { group: 'g' },
      },
    ]);
    expect(writtenBy(flow, 'client')).toMatch(/404 Not Found/);
    const noReason = { hostShutDown: false, jobStopped: false, jobExpired: false };
    expect(flow).toMatchObject({
      status: 'success',
      opStates: [{ status: 'stopped', diagnostics: { reason: noReason } }, { status: 'success' }],
    });
  });

  it('are not waited for where they expose a port without a check, as on the network’s hosts', async () => {
    const flow = await run([
      { ...shell('web', 'httpd -p 80 -h /www; sleep 0.3', { expose: 80 }), execution: { group: 'g' } },
      { ...shell('waits', 'true'), execution: { group: 'g', depends_on: ['web'] } },
    ]);
    expect(flow.opStates).toMatchObject([{ status: 'success' }, { status: 'init' }]);
  });
});

describe('what a killed node left behind', () => {
  it('is gone before its next job, and nobody else’s', async () => {
    const { docker } = real.engine;
    const [own, other] = [createNodeKey(), createNodeKey()];
    for (const { address } of [own, other]) {
      const Labels = { [NODE_LABEL]: address };
      const name = `left-${address.slice(0, 8)}`;
      await docker.createNetwork({ Name: name, Labels });
      await docker.createVolume({ Name: name, Labels });
      const container = await docker.createContainer({
        Image: IMAGE,
        Cmd: ['sleep', '600'],
        Labels,
        HostConfig: { NetworkMode: name },
      });
      await container.start();
    }
    expect(await belongingsOf(own.address)).toEqual([1, 1, 1]);
    await run([shell('a', 'true')], { key: own });
    expect(await belongingsOf(own.address)).toEqual([0, 0, 0]);
    expect(await belongingsOf(other.address)).toEqual([1, 1, 1]);
    await run([shell('a', 'true')], { key: other });
  });
});
