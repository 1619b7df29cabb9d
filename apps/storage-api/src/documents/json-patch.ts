import { AppError } from '@lucid/core/app-error';
import { Pointer, applyPatch, type Operation } from 'rfc6902';

const MAX_OPERATIONS = 200;
const MAX_PATH_LENGTH = 1024;
/** `copy` doubles what it copies: a few of them would fill any memory. */
const MAX_COPIED_CHARACTERS = 16 * 1024 * 1024;
const KINDS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const FORBIDDEN_PART = /(^|\/)(__proto__|constructor|prototype)(\/|$)/;

type Given = Record<string, unknown>;

/**
 * Operations of a JSON Patch (RFC 6902) that may be applied.
 * @throws AppError VALIDATION_FAILED with a pointer to the operation
 */
export function parseJsonPatch(body: unknown): Operation[] {
  if (!Array.isArray(body)) refuse('', 'a JSON Patch is a list of operations');
  if (body.length > MAX_OPERATIONS) refuse('', `a JSON Patch has at most ${String(MAX_OPERATIONS)} operations`);
  body.forEach((operation: unknown, index) => checkOperation(operation, `/${String(index)}`));
  return body as Operation[];
}

function checkOperation(operation: unknown, pointer: string): void {
  if (typeof operation !== 'object' || operation === null) refuse(pointer, 'is no operation');
  const { op, path, from, ...rest } = operation as Given;
  if (typeof op !== 'string' || !KINDS.has(op)) refuse(`${pointer}/op`, `must be one of ${[...KINDS].join(', ')}`);
  checkPath(path, `${pointer}/path`);
  if (op === 'move' || op === 'copy') checkPath(from, `${pointer}/from`);
  const needsValue = op === 'add' || op === 'replace' || op === 'test';
  if (needsValue && !Object.hasOwn(rest, 'value')) refuse(`${pointer}/value`, `is missing: ${op} needs it`);
}

function checkPath(path: unknown, pointer: string): void {
  const isPointer = typeof path === 'string' && path.length <= MAX_PATH_LENGTH && /^(\/|$)/.test(path);
  if (!isPointer) refuse(pointer, 'must be a JSON Pointer such as /profile/name (RFC 6901)');
  if (FORBIDDEN_PART.test(path)) refuse(pointer, 'must not name __proto__, constructor or prototype');
}

function refuse(pointer: string, message: string): never {
  const errors = [{ pointer, code: 'JSON_PATCH', message }];
  throw new AppError('VALIDATION_FAILED', pointer === '' ? message : `${pointer} ${message}`, { errors });
}

/**
 * Applies the operations, all or none, to the Extended JSON of a document, which is changed.
 * @returns the result @throws AppError PATCH_REFUSED where one of them does not fit
 */
export function applyJsonPatch(document: unknown, operations: readonly Operation[]): unknown {
  const root = { document };
  let copied = 0;
  operations.forEach((operation, index) => {
    const moved = { ...operation, path: `/document${operation.path}` } as Operation;
    if ('from' in moved) moved.from = `/document${moved.from}`;
    if (moved.op === 'copy') copied += sizeOf(Pointer.fromJSON(moved.from).get(root));
    if (copied > MAX_COPIED_CHARACTERS) refusePatch(index, 'copies more than a document can hold');
    const [error] = applyPatch(root, [moved]);
    if (error) refusePatch(index, REASONS[error.name] ?? 'does not fit the document');
  });
  return root.document;
}

const REASONS: Readonly<Record<string, string>> = {
  MissingError: 'names a place that is not there',
  TestError: 'tested for another value than the one that is there',
};

function refusePatch(index: number, message: string): never {
  const pointer = `/${String(index)}`;
  throw new AppError('PATCH_REFUSED', `operation ${String(index)} ${message}; nothing was changed`, {
    errors: [{ pointer, code: 'JSON_PATCH', message }],
  });
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}
