import { AppError } from '@lucid/core/app-error';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** MongoDB takes 100 levels; Extended JSON writes some values as one or two more. */
const MAX_DEPTH = 200;
/** JSON, and the two kinds of patch: RFC 7396 and RFC 6902. */
const TYPES = ['application/json', 'application/merge-patch+json', 'application/json-patch+json'];

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The index of the quote that ends the string which begins at `start`; -1 where none does. */
function endOfString(text: Buffer, start: number): number {
  for (let end = text.indexOf(QUOTE, start + 1); end >= 0; end = text.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** Is JSON nested deeper than what works on it by recursion bears? Looks at the bytes, so that nothing is built of them first. */
export function isTooDeep(text: Buffer, max: number = MAX_DEPTH): boolean {
  if (text.length <= 2 * max) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index];
    if (byte === QUOTE) {
      index = endOfString(text, index);
      if (index < 0) return false;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > max) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return false;
}

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Takes JSON bodies and no other: text and forms answer 415. A body is an object or an array; `null` is no way to leave it out, which
 * would ask for everything where nothing was meant.
 */
export function addJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  server.removeContentTypeParser('text/plain');
  const parse = server.getDefaultJsonParser('error', 'error');
  const parseBody = (request: FastifyRequest, body: Buffer, done: Done): void => {
    if (body.length === 0) return done(new AppError('MALFORMED_BODY', 'the body is empty though it has a type'));
    if (isTooDeep(body))
      return done(new AppError('MALFORMED_BODY', `the body is nested deeper than ${MAX_DEPTH} levels`));
    void parse(request, body as unknown as string, (error, value: unknown) => {
      if (error || (typeof value === 'object' && value !== null)) return done(error, value);
      done(new AppError('MALFORMED_BODY', 'the body must be a JSON object or array'));
    });
  };
  for (const type of TYPES) app.useBodyParser(type, { bodyLimit }, parseBody as never);
}
