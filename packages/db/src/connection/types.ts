import pg from 'pg';

const INT8 = 20;
const NUMERIC = 1700;
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;
const TEXT_ARRAY = 1009;

/** Whole numbers as bigint. A fraction cannot be one, and a float would lose digits: it stays text. */
function parseNumeric(text: string): bigint | string {
  return /^-?\d+$/.test(text) ? BigInt(text) : text;
}

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];
type Parser = (text: string) => unknown;

const arrayParser = (parse: Parser): Parser => {
  // The default parser of text[] splits the literal; the elements are then ours.
  const split: Parser = pg.types.getTypeParser(TEXT_ARRAY as TypeId);
  return (text) => {
    const parts = split(text);
    return Array.isArray(parts)
      ? parts.map((part: unknown) => (typeof part === 'string' ? parse(part) : part))
      : parts;
  };
};

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [INT8, BigInt],
  [NUMERIC, parseNumeric],
  [INT8_ARRAY, arrayParser(BigInt)],
  [NUMERIC_ARRAY, arrayParser(parseNumeric)],
]);

/** pg's parsers, with int8 and numeric as bigint: chain amounts never pass through a float. */
export const databaseTypes: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    const parser = format === 'binary' ? undefined : PARSERS.get(oid);
    // biome-ignore lint/suspicious/noExplicitAny: pg's own signature of a parser's result
    return (parser ?? pg.types.getTypeParser(oid, format)) as (value: any) => any;
  },
};
