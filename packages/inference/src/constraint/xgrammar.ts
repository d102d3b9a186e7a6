import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

type XGrammar = typeof import('@mlc-ai/web-xgrammar');

/** One copy of the library, with memory of its own. */
export interface GrammarInstance {
  readonly library: XGrammar;
  /** What it complained about, as it says little in what it throws. */
  readonly complaints: readonly string[];
}

type Start = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  directory: string,
  console: Pick<Console, 'warn' | 'error' | 'log'>,
) => void;

let start: Start | undefined;

/**
 * A new copy of XGrammar. The package's file is CommonJS, but its package.json says that it is an ES module, so that neither import nor
 * require can read it; it is therefore run as CommonJS is. That also gives copies apart from each other: one that met an error is
 * unusable afterwards, and must not take other requests' with it.
 */
export function createGrammarInstance(): GrammarInstance {
  const path = fileURLToPath(import.meta.resolve('@mlc-ai/web-xgrammar'));
  start ??= compile(path);
  const complaints: string[] = [];
  const complain = (...parts: unknown[]) => complaints.push(parts.map(String).join(' '));
  const module = { exports: {} };
  const silent = { log: complain, warn: complain, error: complain };
  start(module.exports, createRequire(path), module, path, dirname(path), silent);
  return { library: module.exports as XGrammar, complaints };
}

function compile(path: string): Start {
  // Code that is compiled here may import nothing, and need not: it asks for a module of Node alone.
  const [before, after, ...more] = readFileSync(path, 'utf8').split("await import('module')");
  if (before === undefined || after === undefined || more.length > 0) {
    throw new TypeError(`${path} is not as it was when this was written`);
  }
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname', 'console'];
  return compileFunction(`${before}require('module')${after}`, parameters, { filename: path }) as Start;
}
