import { AppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';

/** What a look before a change found: a refusal stops it, a warning is only told. */
export interface Finding {
  severity: 'refusal' | 'warning';
  code: string;
  message: string;
}

export const refusal = (code: string, message: string): Finding => ({ severity: 'refusal', code, message });
export const warning = (code: string, message: string): Finding => ({ severity: 'warning', code, message });

export function isAllowed(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== 'refusal');
}

/** @throws AppError with this code, and each refusal in `errors` */
export function assertAllowed(findings: readonly Finding[], code: ErrorCode, pointer = ''): void {
  const refusals = findings.filter(({ severity }) => severity === 'refusal');
  if (refusals.length === 0) return;
  const errors = refusals.map((one) => ({ pointer, code: one.code, message: one.message }));
  throw new AppError(code, refusals.map(({ message }) => message).join('; '), { errors });
}
