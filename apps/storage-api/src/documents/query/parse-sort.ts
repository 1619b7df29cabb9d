import { fieldPathProblem, refuseParameter } from './field-path.ts';

/** One field to sort by, as the driver takes it. */
export type SortKey = [field: string, direction: 1 | -1];

const MAX_KEYS = 8;
/** How a direction is written elsewhere: `total:-1`, `total desc`, `{"total": -1}`. */
const FOREIGN = /^[{[\s]|[:\s]+([+-]?1|asc(ending)?|desc(ending)?)$/i;

/**
 * `-created_at,name`: descending by `created_at`, then ascending by `name`. Nothing gives no keys. What is a direction in other notations is
 * refused: taken for the name of a field it would sort by nothing.
 * @throws AppError VALIDATION_FAILED with the pointer /sort
 */
export function parseSort(text: string | undefined): SortKey[] {
  if (text === undefined || text === '') return [];
  const keys = text.split(',').map(parseKey);
  if (keys.length > MAX_KEYS) refuseParameter('sort', 'MAX_KEYS', `takes at most ${String(MAX_KEYS)} fields`);
  const twice = keys.find(([field], index) => keys.findIndex(([other]) => other === field) !== index);
  if (twice) refuseParameter('sort', 'DUPLICATE', `${twice[0]} is named twice`);
  return keys;
}

function parseKey(part: string): SortKey {
  if (FOREIGN.test(part))
    refuseParameter('sort', 'FIELD', 'is written as total or, descending, as -total; several fields as -total,name');
  const isDescending = part.startsWith('-');
  const field = isDescending ? part.slice(1) : part;
  const problem = fieldPathProblem(field);
  if (problem !== undefined) refuseParameter('sort', 'FIELD', problem);
  return [field, isDescending ? -1 : 1];
}
