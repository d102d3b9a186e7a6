import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MODELS_DIR = fileURLToPath(new URL('../../../../models/', import.meta.url));

/** Changes the float32 weights of one initializer of a graph, where they are: its name and `raw_data` follow each other. */
function changeWeights(graph: Buffer, name: string, change: (weight: number) => number): void {
  const field = Buffer.concat([Buffer.from([0x42, name.length]), Buffer.from(name), Buffer.from([0x4a])]);
  const found = graph.indexOf(field);
  if (found < 0) throw new Error(`the graph has no initializer ${name} with raw data`);
  let at = found + field.length;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = graph[at++] ?? 0;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  for (const end = at + length; at < end; at += 4) graph.writeFloatLE(change(graph.readFloatLE(at)), at);
}

const LAST_LAYER = ['model.layers.3.self_attn.o_proj.weight', 'model.layers.3.mlp.down_proj.weight'];

/** Folders with the model `arithmetic` as a cheat would run it under its name. */
export async function createCheatingModels() {
  const root = await mkdtemp(join(tmpdir(), 'inferscan-replay-'));
  async function withGraph(folder: string, change: (graph: Buffer) => void): Promise<string> {
    const dir = join(root, folder);
    await cp(join(MODELS_DIR, 'arithmetic'), join(dir, 'arithmetic'), { recursive: true });
    const file = join(dir, 'arithmetic', 'onnx', 'model.onnx');
    const graph = await readFile(file);
    change(graph);
    await writeFile(file, graph);
    return dir;
  }
  return {
    /** Weights of one matrix a hair off. */
    tampered: await withGraph('tampered', (graph) =>
      changeWeights(graph, 'model.layers.1.mlp.down_proj.weight', (weight) => weight * 1.01),
    ),
    /** What the last layer adds is nothing, as if it were not there. */
    shallower: await withGraph('shallower', (graph) => {
      for (const name of LAST_LAYER) changeWeights(graph, name, () => 0);
    }),
    /** Weights rounded to bfloat16. */
    coarser: await withGraph('coarser', (graph) => {
      const bits = new DataView(new ArrayBuffer(4));
      for (let layer = 0; layer < 4; layer++) {
        for (const part of ['up_proj', 'gate_proj', 'down_proj']) {
          changeWeights(graph, `model.layers.${layer}.mlp.${part}.weight`, (weight) => {
            bits.setFloat32(0, weight);
            bits.setUint32(0, bits.getUint32(0) & 0xffff_0000);
            return bits.getFloat32(0);
          });
        }
      }
    }),
    remove: () => rm(root, { recursive: true }),
    root,
  };
}
