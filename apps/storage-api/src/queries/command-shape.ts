import { createHash } from 'node:crypto';
import type { Document } from 'mongodb';
import {
  isPlain,
  masked,
  shapeOfExpression,
  shapeOfFilter,
  shapeOfPipeline,
  shapeOfSort,
  shapeOfUpdate,
  type Shape,
} from './query-shape.ts';

/** What a command does, without a value of the data. */
export interface CommandShape {
  /** `find`, `aggregate`, `update` … */
  operation: string;
  shape: Record<string, Shape>;
}

/** Names of commands whose first key names the command; of others nothing but this key is shown. */
const COMMANDS = [
  ...['find', 'aggregate', 'count', 'distinct', 'findAndModify', 'findandmodify', 'insert', 'update', 'delete'],
  ...['getMore', 'createIndexes', 'mapReduce'],
];

/** Of a document of `system.profile` or `$currentOp`: https://www.mongodb.com/docs/manual/reference/database-profiler/ */
export function shapeOfCommand(op: string, command: Document, originating?: Document): CommandShape {
  if (op === 'getmore' && originating) {
    const { operation, shape } = shapeOfCommand('command', originating);
    return { operation: `${operation} (getMore)`, shape };
  }
  // Too long for the profiler, which then has it as text: the text holds values.
  if (typeof command['$truncated'] === 'string') return { operation: op, shape: { truncated: true } };
  if ('q' in command) {
    const operation = op === 'remove' ? 'delete' : op;
    const shape = {
      filter: shapeOfFilter(command['q']),
      ...('u' in command && { update: shapeOfUpdate(command['u']) }),
    };
    return { operation, shape };
  }
  if (isPlain(command['explain'])) {
    const { operation, shape } = shapeOfCommand(op, command['explain']);
    return { operation: `explain ${operation}`, shape };
  }
  const name = COMMANDS.find((known) => known in command) ?? op;
  return { operation: name, shape: partsOf(name, command) };
}

function partsOf(name: string, command: Document): Record<string, Shape> {
  const parts: Record<string, Shape> = {};
  const filter: unknown = command['filter'] ?? command['query'];
  if (filter !== undefined) parts['filter'] = shapeOfFilter(filter);
  if (command['sort'] !== undefined) parts['sort'] = shapeOfSort(command['sort']);
  if (isPlain(command['projection'])) parts['projection'] = shapeOfExpression(command['projection']);
  if (command['pipeline'] !== undefined) parts['pipeline'] = shapeOfPipeline(command['pipeline']);
  if (command['update'] !== undefined && name.startsWith('find')) parts['update'] = shapeOfUpdate(command['update']);
  if (name === 'distinct' && typeof command['key'] === 'string') parts['key'] = masked(command['key']);
  if (command['limit'] !== undefined) parts['limit'] = '?';
  if (command['skip'] !== undefined) parts['skip'] = '?';
  if (command['collation'] !== undefined) parts['collation'] = '?';
  if (command['hint'] !== undefined) parts['hint'] = '?';
  if (Array.isArray(command['documents'])) parts['documents'] = ['?'];
  return parts;
}

/** The same for queries that differ in values only; 16 hex digits. */
export function fingerprintOf(namespace: string, { operation, shape }: CommandShape): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, operation, shape]))
    .digest('hex')
    .slice(0, 16);
}
