import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { FetchProgress } from '../hub/fetch-model.js';
import { type Command, UsageError } from './command.js';

const PRECISIONS = ['fp32', 'fp16', 'int8', 'int4'] as const;
const DEFAULT_MAX_GB = 8;
const DEFAULT_GATEWAY = 'https://ipfs.io';
const GIGABYTE = 1e9;
const MEGABYTE = 1e6;

export const get: Command = {
  summary: 'fetch a model from Hugging Face or another hub that speaks its protocol, or by its CID',
  help: `Usage: npm run model -- get OWNER/NAME [options]
       npm run model -- get CID [options]

Fetches what the engine needs: the model's description and its ONNX graph in one precision, never code. All files are of
one commit and are compared with their digests; of a CID, every block is. Interrupted, it goes on where it stopped when it is
called again.

  --precision P     fp32 (default), fp16, int8 or int4
  --revision R      branch, tag or commit (default: main)
  --into FOLDER     default: models/NAME, models/CID
  --max-gb N        refuse more than so many gigabytes (default: ${DEFAULT_MAX_GB})
  --hub URL         default: https://huggingface.co
  --gateway URL     IPFS gateway for a CID; may be given several times, tried in order (default: ${DEFAULT_GATEWAY})
  --allow-private   talk to gateways on private networks

Environment: HF_TOKEN, an access token for models that are not public.`,
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        precision: { type: 'string', default: 'fp32' },
        revision: { type: 'string', default: 'main' },
        into: { type: 'string' },
        'max-gb': { type: 'string', default: String(DEFAULT_MAX_GB) },
        hub: { type: 'string' },
        gateway: { type: 'string', multiple: true, default: [DEFAULT_GATEWAY] },
        'allow-private': { type: 'boolean', default: false },
      },
    });
    const [model, ...more] = positionals;
    if (model === undefined || more.length > 0)
      throw new UsageError('get takes one model, owner/name or a CID');
    const precision = PRECISIONS.find((one) => one === values.precision);
    if (precision === undefined) throw new UsageError(`--precision must be one of ${PRECISIONS.join(', ')}`);
    const gigabytes = Number(values['max-gb']);
    if (!(gigabytes > 0 && gigabytes <= 10_000)) throw new UsageError('--max-gb must be a number above 0');
    const hubUrl = values.hub?.replace(/\/$/, '');
    for (const [option, address] of [['--hub', hubUrl], ...values.gateway.map((url) => ['--gateway', url])]) {
      if (address === undefined || (URL.canParse(address) && /^https?:/.test(address))) continue;
      throw new UsageError(`${option} must be an http or https address`);
    }
    const directory = resolve(values.into ?? `models/${model.split('/').at(-1)}`);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const common = {
      precision,
      directory,
      // Who names a model on the command line allows it.
      policy: { allowed: [model], maxBytes: gigabytes * GIGABYTE, digests: {} },
      onProgress: showProgress(process.stderr),
      signal: stop.signal,
    };
    // Loaded late: asking for help needs none of it.
    const { fetchModelByCid, isCid } = await import('../ipfs/fetch-model-by-cid.js');
    if (isCid(model)) {
      const { gateway: gateways, 'allow-private': allowPrivate } = values;
      const { cid, files } = await fetchModelByCid({ cid: model, gateways, allowPrivate, ...common });
      say(directory, files, cid);
      return 0;
    }
    const { fetchModel } = await import('../hub/fetch-model.js');
    const { files, commit } = await fetchModel({
      repository: model,
      revision: values.revision,
      hubUrl,
      accessToken: process.env.HF_TOKEN || undefined,
      ...common,
    });
    say(directory, files, `commit ${commit}`);
    return 0;
  },
};

function say(directory: string, files: readonly { readonly bytes: number }[], what: string): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(`${directory}: ${files.length} files, ${(bytes / MEGABYTE).toFixed(1)} MB, ${what}\n`);
}

/** A line that is written over in a terminal; elsewhere one for each tenth. */
function showProgress(output: NodeJS.WriteStream): (progress: FetchProgress) => void {
  let tenth = -1;
  return ({ path, totalBytes, totalOf }) => {
    const share = totalOf === 0 ? 1 : totalBytes / totalOf;
    const text = `${(100 * share).toFixed(0).padStart(3)} %  ${(totalBytes / MEGABYTE).toFixed(1)} of ${(totalOf / MEGABYTE).toFixed(1)} MB  ${path}`;
    if (output.isTTY) {
      output.write(`\r\u001b[K${text}${share === 1 ? '\n' : ''}`);
      return;
    }
    if (Math.floor(share * 10) <= tenth) return;
    tenth = Math.floor(share * 10);
    output.write(`${text}\n`);
  };
}
