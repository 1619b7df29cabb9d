import { AppError, type FieldError } from '@lucid/core/app-error';

const MAX_PATH_LENGTH = 256;
const MAX_PATH_PARTS = 32;

/** What is wrong with the path of a field (`a.b.0`), or undefined. */
export function fieldPathProblem(path: string): string | undefined {
  if (path === '') return 'the name of a field is empty';
  if (path.length > MAX_PATH_LENGTH) return `the path of a field has at most ${String(MAX_PATH_LENGTH)} characters`;
  if (path.includes('\0')) return 'the path of a field holds a null character';
  const parts = path.split('.');
  if (parts.length > MAX_PATH_PARTS) return `the path of a field has at most ${String(MAX_PATH_PARTS)} parts`;
  if (parts.some((part) => part === '')) return 'the path of a field begins or ends with a dot, or has two in a row';
  if (parts.some((part) => part.startsWith('$'))) return 'no part of the path of a field begins with "$"';
  return undefined;
}

/** @throws AppError VALIDATION_FAILED for one query parameter */
export function refuseParameter(name: string, code: string, message: string): never {
  const errors: FieldError[] = [{ pointer: `/${name}`, code, message }];
  throw new AppError('VALIDATION_FAILED', `${name}: ${message}`, { errors });
}
