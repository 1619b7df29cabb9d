import { AppError } from '@lucid/core/app-error';
import { Pointer, applyPatch, type Operation } from 'rfc6902';

const MAX_OPERATIONS = 200;
const MAX_PATH_LENGTH = 1024;
/** `copy` doubles what it copies: a few of them would fill any memory. */
const MAX_COPIED_CHARACTERS = 16 * 1024 * 1024;
const KINDS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const FORBIDDEN_PART = /(^|\/)(__proto__|constructor|prototype)(\/|$)/;

/** https://www.rfc-editor.org/rfc/rfc6901#section-4 */
const LIST_INDEX = /^(0|[1-9]\d*)$/;

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
    if (operation.op === 'copy') copied += sizeOf(valueAt(root, operation.from));
    if (copied > MAX_COPIED_CHARACTERS) refusePatch(index, 'copies more than a document can hold');
    apply(root, operation, index);
  });
  return root.document;
}

interface Root {
  document: unknown;
}

function apply(root: Root, operation: Operation, index: number): void {
  const { op, path } = operation;
  if (op === 'move' || op === 'copy') {
    const { from } = operation;
    if (!isPlace(root, from)) refusePatch(index, NO_PLACE);
    if (op === 'move' && path.startsWith(`${from}/`)) refusePatch(index, 'moves a value into itself');
    const value = valueAt(root, from);
    // The removal may change which place the path names.
    if (op === 'move') apply(root, { op: 'remove', path: from }, index);
    // `add` stores a copy of its own.
    return apply(root, { op: 'add', path, value }, index);
  }
  if (!isPlace(root, path, op === 'add')) refusePatch(index, NO_PLACE);
  const [error] = applyPatch(root, [{ ...operation, path: `/document${path}` }]);
  if (error) refusePatch(index, REASONS[error.name] ?? 'does not fit the document');
}

/**
 * Is there a value at the path, or with `isNew` room for one? Only what the document holds: the library would also follow what texts, lists and
 * objects of JavaScript bring along, such as the length of a list or a method that all objects have in common.
 */
function isPlace(root: Root, path: string, isNew = false): boolean {
  const parts = partsOf(path);
  const last = parts.pop() ?? 'document';
  let holder: unknown = root;
  for (const part of parts) {
    if (!holds(holder, part)) return false;
    holder = (holder as Given)[part];
  }
  return holds(holder, last) || (isNew && hasRoom(holder, last));
}

function holds(holder: unknown, part: string): boolean {
  if (Array.isArray(holder)) return LIST_INDEX.test(part) && Number(part) < holder.length;
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, part);
}

function hasRoom(holder: unknown, part: string): boolean {
  if (Array.isArray(holder)) return part === '-' || part === String(holder.length);
  return typeof holder === 'object' && holder !== null;
}

/** Of a path that is a place. */
function valueAt(root: Root, path: string): unknown {
  return isPlace(root, path) ? Pointer.fromJSON(`/document${path}`).get(root) : undefined;
}

function partsOf(path: string): string[] {
  return Pointer.fromJSON(`/document${path}`).tokens.slice(1);
}

const NO_PLACE = 'names a place that is not there';
const REASONS: Readonly<Record<string, string>> = {
  MissingError: NO_PLACE,
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
