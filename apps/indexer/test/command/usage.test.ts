import { describe, expect, it } from 'vitest';

import { COMMANDS } from '../../src/command/commands.js';
import { runCommand } from '../support/command.js';

describe('the command line', () => {
  it('tells of all commands, and of each one what its options do', async () => {
    const general = await runCommand(['--help']);
    expect(general).toMatchObject({ code: 0, stderr: '' });
    for (const { name, options } of COMMANDS) {
      expect(general.stdout).toContain(`  ${name} `);
      const { code, stdout } = await runCommand([name, '--help']);
      expect(code).toBe(0);
      for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
    }
    expect(general.stdout).toMatch(/OPS_PORT.*\n.*OPS_HOST/);
  });

  const WRONG: readonly [string, readonly string[], RegExp][] = [
    ['a command that there is not', ['backfil'], /no command backfil: there are follow, backfill, refold/],
    [
      'an option that there is not',
      ['--rest'],
      /follow: Unknown option '--rest'. Valid here: --reset, --help/,
    ],
    ['an option of another command', ['backfill', '--json'], /Unknown option '--json'. Valid here: --reset/],
    ['an argument too many', ['refold', 'all'], /Unexpected argument 'all'. Valid here: --json, --help/],
    [
      'an option without its value',
      ['export', '--out'],
      /'--out <value>' argument missing. Valid here: .*--out OUT/,
    ],
    ['a table that there is not', ['export', '--table', 'job'], /there is no job: there are jobs, runs/],
    [
      'a format that there is not',
      ['export', '--format', 'xml'],
      /--format: expected csv or ndjson, not xml/,
    ],
    ['a slot that is none', ['export', '--from', '-1'], /--from/],
    [
      'slots the wrong way round',
      ['export', '--from', '9', '--to', '8'],
      /--to: expected a slot that is not before/,
    ],
    ['no database', ['refold'], /DATABASE_URL: needed/],
    ['no database either', ['verify', '--offline'], /DATABASE_URL: needed/],
    ['no database here', [], /DATABASE_URL: needed/],
  ];
  it.each(WRONG)('says what is wrong about %s', async (_, args, message) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it.each([
    ['OPS_PORT', '70000'],
    ['OPS_PORT', 'http'],
    ['OPS_HOST', 'example.com'],
  ])('refuses %s=%s', async (name, value) => {
    const environment = { DATABASE_URL: 'postgresql://127.0.0.1:9/none', OPS_PORT: '0', [name]: value };
    const { code, stderr } = await runCommand(['follow'], environment);
    expect(code).toBe(2);
    expect(stderr).toContain(`${name}: expected`);
  });
});
