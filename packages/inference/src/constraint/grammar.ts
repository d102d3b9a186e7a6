import { stringRules, textRules } from './automaton-grammar.js';
import { createLanguages } from './language.js';
import { refuse } from './refuse.js';

type Json = Readonly<Record<string, unknown>>;

/** Any JSON without spaces. The look-ahead says early that a string can end, which XGrammar is much faster with. */
const ANY = String.raw`
escape ::= ["\\/bfnrt] | "u" [A-Fa-f0-9] [A-Fa-f0-9] [A-Fa-f0-9] [A-Fa-f0-9]
characters ::= ("\"" | [^\0-\x1f\"\\\r\n] characters | "\\" escape characters) (= [,}\]:])
string ::= ["] characters
integer ::= "0" | "-"? [1-9] [0-9]*
number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [+-]? [0-9]+)?
boolean ::= "true" | "false"
null ::= "null"
any ::= number | string | boolean | null | array | object
array ::= "[" any ("," any)* "]" | "[]"
object ::= "{" string ":" any ("," string ":" any)* "}" | "{}"`;

/**
 * The texts under a schema in XGrammar's notation: without spaces, and with properties in the order of the schema. XGrammar's own
 * reading of schemas lets numbers out of ranges, other texts than a pattern's and control characters in.
 * @param schema as checkJsonSchema gives it
 * @throws InferenceError bad_request, naming the place, where patterns, lengths or ranges take too much or leave nothing
 */
export function grammarOf(schema: Json): string {
  const languages = createLanguages();
  const rules: string[] = [];
  const names = new Map<string, string>();

  /** @returns the name of the rule of a schema; equal schemas have one */
  function ruleOf(part: Json, path: string): string {
    const key = JSON.stringify(part);
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `r${names.size}`;
    names.set(key, name);
    const language = languages.of(part, path);
    if (language !== undefined) {
      rules.push(...(part.type === 'string' ? stringRules : textRules)(language, name));
    } else rules.push(`${name} ::= ${bodyOf(part, name, path)}`);
    return name;
  }

  function bodyOf(part: Json, name: string, path: string): string {
    const { type, anyOf } = part;
    if (Array.isArray(anyOf)) return anyOf.map((each, at) => ruleOf(each, `${path}.anyOf.${at}`)).join(' | ');
    if ('const' in part) return literal(JSON.stringify(part.const));
    if (Array.isArray(part.enum)) return part.enum.map((each) => literal(JSON.stringify(each))).join(' | ');
    switch (type) {
      case undefined:
        return 'any';
      case 'object':
        return objectOf(part, name, path);
      case 'array':
        return arrayOf(part, path);
      case 'string':
      case 'integer':
      case 'number':
      case 'boolean':
      case 'null':
        return type;
      default:
        return refuse(`${path}.type`, `cannot be used (${JSON.stringify(type)})`);
    }
  }

  function arrayOf({ items = {}, minItems = 0, maxItems }: Json, path: string): string {
    if (maxItems === 0) return '"[]"';
    const item = ruleOf(items as Json, `${path}.items`);
    const most = maxItems === undefined ? '' : Number(maxItems) - 1;
    const some = `"[" ${item} ("," ${item}){${Math.max(0, Number(minItems) - 1)},${most}} "]"`;
    return minItems === 0 ? `"[]" | ${some}` : some;
  }

  function objectOf(
    { properties, required, additionalProperties }: Json,
    name: string,
    path: string,
  ): string {
    if (properties === undefined && additionalProperties === undefined) return 'object';
    const needed = new Set(Array.isArray(required) ? required : []);
    const pairs = Object.entries((properties ?? {}) as Readonly<Record<string, Json>>).map(
      ([key, part], at) => ({
        text: `${literal(`${JSON.stringify(key)}:`)} ${ruleOf(part, `${path}.properties.${key}`)} ${name}_after${at}`,
        isOptional: !needed.has(key),
      }),
    );
    for (const at of pairs.keys()) {
      const next = pairs[at + 1];
      const others = [
        ...(next === undefined ? [] : [`"," ${next.text}`]),
        ...(next === undefined ? ['""'] : next.isOptional ? [`${name}_after${at + 1}`] : []),
      ];
      rules.push(`${name}_after${at} ::= ${others.join(' | ')}`);
    }
    // Any may be the first before which none is required.
    const firstNeeded = pairs.findIndex(({ isOptional }) => !isOptional);
    const firsts = pairs.slice(0, firstNeeded < 0 ? undefined : firstNeeded + 1);
    const choices = firsts.map(({ text }) => `"{" ${text} "}"`);
    return [...choices, ...(firstNeeded < 0 ? ['"{}"'] : [])].join(' | ');
  }

  const root = ruleOf(schema, 'jsonSchema');
  return [`root ::= ${root}`, ...rules, ANY].join('\n');
}

/** Text as it is, in XGrammar's notation. */
function literal(text: string): string {
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code > 0x7e) return `\\U${code.toString(16).padStart(8, '0')}`;
    return character === '"' || character === '\\' ? `\\${character}` : character;
  });
  return `"${escaped.join('')}"`;
}
