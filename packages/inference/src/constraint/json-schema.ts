import { BOUNDS, boundsOf } from './bounds.js';
import { parsePattern } from './pattern.js';
import { refuse } from './refuse.js';

const MAX_CHARACTERS = 10_000;
const MAX_SCHEMAS = 256;
const MAX_DEPTH = 16;
/** Grammars count characters and items one by one: longer ones take seconds to compile. */
const MAX_LENGTH = 256;

/** Keywords that say nothing about a value. */
const NOTES: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated'],
]);
const LENGTHS: ReadonlySet<string> = new Set(['minItems', 'maxItems', 'minLength', 'maxLength']);
const DEFINITIONS = ['$defs', 'definitions'] as const;
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern'],
  integer: BOUNDS,
  number: BOUNDS,
  boolean: [],
  null: [],
};

type Json = Readonly<Record<string, unknown>>;

/**
 * Refuses what the grammar would not keep to the letter, and what takes long to look at: schemas within themselves and very long texts. Whether
 * patterns, lengths and ranges take too many states, or leave nothing, is found when the schema is compiled. A text under a schema that was
 * taken satisfies all of it.
 * @returns the schema without what says nothing, with definitions where they are referred to
 * @throws InferenceError bad_request naming the place in the schema
 */
export function checkJsonSchema(schema: Json): Json {
  if (!isObject(schema)) refuse('jsonSchema', 'expected an object');
  const characters = JSON.stringify(schema).length;
  if (characters > MAX_CHARACTERS) {
    refuse('jsonSchema', `has ${characters} characters, at most ${MAX_CHARACTERS} are allowed`);
  }
  let schemas = 0;

  /** @param within names of the definitions that the place lies in */
  function check(value: unknown, path: string, depth: number, within: readonly string[] = []): Json {
    if (!isObject(value)) refuse(path, 'expected an object');
    if (++schemas > MAX_SCHEMAS) refuse(path, `more than ${MAX_SCHEMAS} schemas`);
    if (depth > MAX_DEPTH) refuse(path, `nested more than ${MAX_DEPTH} deep`);
    const kept = Object.entries(value).filter(([keyword]) => {
      const defines = depth === 0 && DEFINITIONS.some((name) => name === keyword);
      return !NOTES.has(keyword) && !defines;
    });
    if ('$ref' in value) {
      const other = kept.find(([keyword]) => keyword !== '$ref');
      if (other !== undefined) refuse(`${path}.${other[0]}`, 'nothing is kept beside $ref');
      const [name, place] = definitionOf(value.$ref, `${path}.$ref`);
      if (within.includes(place)) refuse(`${path}.$ref`, 'a schema within itself is not kept');
      return check(name, place, depth + 1, [...within, place]);
    }
    if (Array.isArray(value.type) && kept.length === 1) {
      // A list of types is a choice between them.
      return check({ anyOf: value.type.map((type: unknown) => ({ type })) }, path, depth, within);
    }
    const known = keywordsOf(value, path);
    const checked = Object.fromEntries(
      kept.map(([keyword, content]) => {
        const place = `${path}.${keyword}`;
        if (!known.includes(keyword)) refuse(place, `not kept here; known: ${known.join(', ') || 'none'}`);
        return [keyword, inside(keyword, content, place, depth + 1, within)];
      }),
    );
    checkLimits(checked, path);
    return checked;
  }

  /** What a reference names, and the place of that. */
  function definitionOf(reference: unknown, path: string): [unknown, string] {
    for (const keyword of DEFINITIONS) {
      const start = `#/${keyword}/`;
      if (typeof reference !== 'string' || !reference.startsWith(start)) continue;
      const name = reference.slice(start.length);
      const definitions = schema[keyword];
      if (!/[/~%]/.test(name) && isObject(definitions) && Object.hasOwn(definitions, name)) {
        return [definitions[name], `jsonSchema.${keyword}.${name}`];
      }
    }
    return refuse(path, 'expected "#/$defs/NAME" of a definition at the beginning of the schema');
  }

  function inside(
    keyword: string,
    content: unknown,
    place: string,
    depth: number,
    within: readonly string[],
  ): unknown {
    if (keyword === 'items') return check(content, place, depth, within);
    if (keyword === 'additionalProperties' && content !== false) refuse(place, 'only false is kept');
    if (LENGTHS.has(keyword) && !isLength(content)) refuse(place, `expected 0 to ${MAX_LENGTH}`);
    if (keyword === 'required' && !isTexts(content)) refuse(place, 'expected a list of names');
    if (keyword === 'enum' && !(Array.isArray(content) && content.length > 0))
      refuse(place, 'expected a list');
    if (keyword === 'anyOf') {
      if (!Array.isArray(content) || content.length === 0) refuse(place, 'expected a list of schemas');
      return content.map((each, index) => check(each, `${place}.${index}`, depth, within));
    }
    if (keyword !== 'properties') return content;
    if (!isObject(content)) refuse(place, 'expected schemas by name');
    return Object.fromEntries(
      Object.entries(content).map(([name, each]) => [name, check(each, `${place}.${name}`, depth, within)]),
    );
  }

  return check(schema, 'jsonSchema', 0);
}

/** What a schema may say besides notes; each kind of schema alone, as the grammar knows no two at once. */
function keywordsOf(schema: Json, path: string): readonly string[] {
  const { type, properties, required } = schema;
  if ('anyOf' in schema) return ['anyOf'];
  for (const keyword of ['const', 'enum'] as const) {
    if (!(keyword in schema)) continue;
    const values = [schema[keyword]].flat();
    if (type !== undefined && !values.every((value) => isOfType(value, type))) {
      refuse(`${path}.${keyword}`, `not of type ${JSON.stringify(type)}`);
    }
    return [keyword, 'type'];
  }
  if (type === undefined) return [];
  const more = typeof type === 'string' && Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined;
  if (more === undefined) refuse(`${path}.type`, `expected one of ${Object.keys(BY_TYPE).join(', ')}`);
  const names = isObject(properties) ? Object.keys(properties) : [];
  if (isTexts(required) && !required.every((name) => names.includes(name))) {
    refuse(`${path}.required`, 'names what is no property');
  }
  for (const [least, most] of [
    ['minItems', 'maxItems'],
    ['minLength', 'maxLength'],
  ] as const) {
    if (Number(schema[least] ?? 0) > Number(schema[most] ?? MAX_LENGTH))
      refuse(`${path}.${least}`, `above ${most}`);
  }
  return ['type', ...more];
}

function checkLimits(schema: Json, path: string): void {
  const { type, pattern } = schema;
  if (type === 'integer' || type === 'number') boundsOf(schema, path);
  if (type !== 'string' || pattern === undefined) return;
  if (typeof pattern !== 'string') refuse(`${path}.pattern`, 'expected a text');
  parsePattern(pattern, `${path}.pattern`);
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return type === (value === null ? 'null' : typeof value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isLength(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_LENGTH;
}
