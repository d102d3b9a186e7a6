import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InferenceError } from '../errors.js';
import { readTaskModel, type TaskModel } from '../tasks/model.js';
import { taskOfArchitecture } from '../tasks/registry.js';
import { readModelJson } from './files.js';
import { type ModelFolder, readModelFolder } from './model.js';
import { architecturesSchema } from './schemas.js';

/** The models of a folder by name: those that write text, and those of every other task. */
export interface Models {
  readonly text: ReadonlyMap<string, ModelFolder>;
  readonly tasks: ReadonlyMap<string, TaskModel>;
}

/**
 * Every model below a folder: its subfolders that hold a config.json.
 * @throws InferenceError bad_model when the folder cannot be listed or one of the models is not valid
 */
export async function readModelsDirectory(modelsDir: string): Promise<Models> {
  let names: string[];
  try {
    names = (await readdir(modelsDir)).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `models folder ${modelsDir} cannot be listed (${reason})`);
  }
  const folders = names.map((name) => join(modelsDir, name));
  return readModels(folders.filter((folder) => existsSync(join(folder, 'config.json'))));
}

/**
 * Models, each called as its folder. The `architectures` in its config.json tell the task; without a known one it is read as a text
 * model.
 * @throws InferenceError bad_model when one of them is not valid
 */
export async function readModels(folders: readonly string[]): Promise<Models> {
  const text = new Map<string, ModelFolder>();
  const tasks = new Map<string, TaskModel>();
  for (const directory of folders) {
    const name = basename(directory);
    const { architectures } = await readModelJson(directory, 'config.json', architecturesSchema);
    const task = taskOfArchitecture(architectures[0] ?? '');
    if (task === undefined) text.set(name, await readModelFolder(directory, name));
    else tasks.set(name, await readTaskModel(directory, name, task));
  }
  return { text, tasks };
}
