const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
/** Beyond it the native search for the closing quote is faster than the loop. */
const SHORT_STRING = 24;

/**
 * Walks over JSON text (RFC 8259) without making values of it: numbers beyond 2^53, decimals and escapes stay as the bytes they
 * are. It is for what a server of ours wrote: what is not JSON is an error where it is noticed, but no validation.
 */
export type MemberVisitor = (key: string, at: number) => number;

/** The next place that is not white space. */
export function skipSpace(text: Buffer, at: number): number {
  while ((text[at] as number) <= SPACE) at += 1;
  return at;
}

/** The place after the value that begins at `at`. @throws SyntaxError where the text ends first */
export function endOfValue(text: Buffer, at: number): number {
  const first = text[at];
  if (first === QUOTE) return endOfString(text, at);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? endOfContainer(text, at) : endOfScalar(text, at);
}

/**
 * Calls `visit` for each member of the object at `at`, with the place of its value; it returns the place after the value.
 * @returns the place after the object
 */
export function walkObject(text: Buffer, at: number, visit: MemberVisitor): number {
  expect(text, at, OPEN_BRACE);
  at = skipSpace(text, at + 1);
  while (text[at] !== CLOSE_BRACE) {
    const keyEnd = endOfString(text, at);
    const key = keyOf(text, at, keyEnd);
    at = skipSpace(text, keyEnd);
    expect(text, at, COLON);
    at = skipSpace(text, visit(key, skipSpace(text, at + 1)));
    if (text[at] === COMMA) at = skipSpace(text, at + 1);
    else expect(text, at, CLOSE_BRACE);
  }
  return at + 1;
}

/** As `walkObject`, for the elements of an array. */
export function walkArray(text: Buffer, at: number, visit: (at: number) => number): number {
  expect(text, at, OPEN_BRACKET);
  at = skipSpace(text, at + 1);
  while (text[at] !== CLOSE_BRACKET) {
    at = skipSpace(text, visit(at));
    if (text[at] === COMMA) at = skipSpace(text, at + 1);
    else expect(text, at, CLOSE_BRACKET);
  }
  return at + 1;
}

/** The members of an object as JSON text, each as it stands. */
export function rawMembers(text: Buffer, at = 0): Map<string, string> {
  const members = new Map<string, string>();
  walkObject(text, skipSpace(text, at), (key, start) => {
    const end = endOfValue(text, start);
    members.set(key, text.toString('utf8', start, end));
    return end;
  });
  return members;
}

function endOfString(text: Buffer, at: number): number {
  expect(text, at, QUOTE);
  const near = Math.min(text.length, at + SHORT_STRING);
  let from = at + 1;
  while (from < near) {
    const byte = text[from];
    if (byte === QUOTE) return from + 1;
    from += byte === BACKSLASH ? 2 : 1;
  }
  for (;;) {
    const quote = text.indexOf(QUOTE, from);
    if (quote < 0) throw new SyntaxError('the JSON text ends inside a string');
    let slashes = 0;
    while (quote - slashes > from && text[quote - slashes - 1] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function endOfContainer(text: Buffer, at: number): number {
  let depth = 0;
  while (at < text.length) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  throw new SyntaxError('the JSON text ends inside an object or array');
}

function endOfScalar(text: Buffer, at: number): number {
  const start = at;
  for (; at < text.length; at += 1) {
    const byte = text[at] as number;
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= SPACE) break;
  }
  if (at === start) throw new SyntaxError(`a JSON value was expected at ${at}`);
  return at;
}

function keyOf(text: Buffer, at: number, end: number): string {
  const key = text.toString('utf8', at + 1, end - 1);
  return key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key;
}

function expect(text: Buffer, at: number, byte: number): void {
  if (text[at] !== byte) throw new SyntaxError(`${String.fromCharCode(byte)} was expected at ${at} of the JSON text`);
}
