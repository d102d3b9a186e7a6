/** Deeper texts are taken for no JSON: the parsers of clients may give up there, too. */
const MAX_DEPTH = 10_000;

/** Tells whether bytes that come in pieces are one JSON text in UTF-8, without keeping them. */
export interface JsonCheck {
  push(bytes: Uint8Array): void;
  /** After the last piece. */
  end(): boolean;
}

/** Takes a character and says what takes the next; null: this is no JSON. */
type Step = (char: string) => Step | null;

const SPACE = new Set([' ', '\t', '\n', '\r']);
const WORDS: Readonly<Record<string, string>> = { t: 'rue', f: 'alse', n: 'ull' };
const isDigit = (char: string): boolean => char >= '0' && char <= '9';

/** A check of one text. */
export function createJsonCheck(): JsonCheck {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  /** The brackets that close what is open, outermost first. */
  const open: ('}' | ']')[] = [];
  let afterString: Step;
  let hexLeft = 0;
  let wordLeft = '';

  const enter = (bracket: '}' | ']', inside: Step): Step | null => {
    open.push(bracket);
    return open.length > MAX_DEPTH ? null : inside;
  };
  const leave: Step = (char) => (open.pop() === char ? afterValue : null);
  const startString = (after: Step): Step => {
    afterString = after;
    return inString;
  };

  const value: Step = (char) => {
    if (SPACE.has(char)) return value;
    if (char === '"') return startString(afterValue);
    if (char === '{') return enter('}', firstKey);
    if (char === '[') return enter(']', firstItem);
    if (char === '-') return minus;
    if (isDigit(char)) return minus(char);
    wordLeft = WORDS[char] ?? '';
    return wordLeft === '' ? null : word;
  };
  const firstItem: Step = (char) => {
    if (char === ']') return leave(char);
    return SPACE.has(char) ? firstItem : value(char);
  };
  const firstKey: Step = (char) => {
    if (char === '}') return leave(char);
    return SPACE.has(char) ? firstKey : key(char);
  };
  const key: Step = (char) => {
    if (SPACE.has(char)) return key;
    return char === '"' ? startString(colon) : null;
  };
  const colon: Step = (char) => {
    if (SPACE.has(char)) return colon;
    return char === ':' ? value : null;
  };
  const afterValue: Step = (char) => {
    if (SPACE.has(char)) return afterValue;
    if (char !== ',') return leave(char);
    const inside = open.at(-1);
    if (inside === undefined) return null;
    return inside === '}' ? key : value;
  };

  const inString: Step = (char) => {
    if (char === '"') return afterString;
    if (char === '\\') return escaped;
    return char < ' ' ? null : inString;
  };
  const escaped: Step = (char) => {
    hexLeft = 4;
    if (char === 'u') return hex;
    return '"\\/bfnrt'.includes(char) ? inString : null;
  };
  const hex: Step = (char) => {
    if (!/^[0-9a-fA-F]$/.test(char)) return null;
    hexLeft -= 1;
    return hexLeft === 0 ? inString : hex;
  };
  const word: Step = (char) => {
    if (char !== wordLeft.charAt(0)) return null;
    wordLeft = wordLeft.slice(1);
    return wordLeft === '' ? afterValue : word;
  };

  const minus: Step = (char) => {
    if (char === '0') return zero;
    return isDigit(char) ? digits : null;
  };
  const zero: Step = (char) => {
    if (char === '.') return point;
    return char === 'e' || char === 'E' ? exponent : afterValue(char);
  };
  const digits: Step = (char) => (isDigit(char) ? digits : zero(char));
  const point: Step = (char) => (isDigit(char) ? fraction : null);
  const fraction: Step = (char) => {
    if (isDigit(char)) return fraction;
    return char === 'e' || char === 'E' ? exponent : afterValue(char);
  };
  const exponent: Step = (char) => (char === '+' || char === '-' ? sign : sign(char));
  const sign: Step = (char) => (isDigit(char) ? power : null);
  const power: Step = (char) => (isDigit(char) ? power : afterValue(char));
  const mayEnd: ReadonlySet<Step | null> = new Set([afterValue, zero, digits, fraction, power]);

  afterString = afterValue;
  let step: Step | null = value;
  const take = (text: string): void => {
    for (let index = 0; index < text.length && step !== null; index += 1) step = step(text.charAt(index));
  };
  return {
    push(bytes) {
      if (step === null) return;
      try {
        take(decoder.decode(bytes, { stream: true }));
      } catch {
        step = null;
      }
    },
    end() {
      try {
        take(decoder.decode());
      } catch {
        step = null;
      }
      return open.length === 0 && mayEnd.has(step);
    },
  };
}
