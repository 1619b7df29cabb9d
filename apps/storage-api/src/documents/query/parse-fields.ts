import { fieldPathProblem, refuseParameter } from './field-path.ts';

/** The fields that an answer holds, as the driver takes them. `_id` is always among them. */
export type Projection = Record<string, 1>;

const MAX_FIELDS = 100;

/**
 * `a,b.c`: only these fields, and `_id`. Nothing gives undefined: all of them.
 * @throws AppError VALIDATION_FAILED with the pointer /fields
 */
export function parseFields(text: string | undefined): Projection | undefined {
  if (text === undefined || text === '') return undefined;
  const fields = [...new Set(text.split(','))];
  if (fields.length > MAX_FIELDS) refuseParameter('fields', 'MAX_FIELDS', `takes at most ${String(MAX_FIELDS)} fields`);
  for (const field of fields) {
    const problem = fieldPathProblem(field);
    if (problem !== undefined) refuseParameter('fields', 'FIELD', problem);
  }
  // MongoDB refuses a field beside one that holds it.
  const kept = fields.filter((field) => !fields.some((other) => field.startsWith(`${other}.`)));
  const entries = [...kept, '_id'].map((field) => [field, 1] as const);
  return Object.fromEntries(entries);
}
