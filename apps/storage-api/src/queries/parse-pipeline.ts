import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import { BSON, type Document } from 'mongodb';
import { readableName } from '../documents/document-collections.ts';
import { parseFilter } from '../documents/query/parse-filter.ts';
import { isPlain } from './query-shape.ts';

/** Stages that read the documents of collections and change nothing: no `$out`, no `$merge`, nothing that tells of the server. */
const STAGES = new Set([
  ...[
    '$match',
    '$project',
    '$addFields',
    '$set',
    '$unset',
    '$group',
    '$sort',
    '$limit',
    '$skip',
    '$count',
    '$sortByCount',
  ],
  ...[
    '$unwind',
    '$lookup',
    '$graphLookup',
    '$unionWith',
    '$facet',
    '$bucket',
    '$bucketAuto',
    '$replaceRoot',
    '$replaceWith',
  ],
  ...['$sample', '$redact', '$setWindowFields', '$densify', '$fill'],
]);
const READING_OTHERS = new Set(['$lookup', '$graphLookup', '$unionWith']);
/** Runs JavaScript, wherever it stands. */
const CODE = new Set(['$where', '$function', '$accumulator']);
const MAX_STAGES = 50;
const MAX_BYTES = 65_536;
const MAX_DEPTH = 24;

/**
 * A pipeline of a caller, in Extended JSON, with stages of the list above only.
 * @throws AppError VALIDATION_FAILED, FILTER_INVALID, EXTENDED_JSON_INVALID, NAMESPACE_INVALID, FORBIDDEN, with a pointer
 */
export function parsePipeline(value: unknown, pointer = '/pipeline', depth = 0): Document[] {
  if (!Array.isArray(value)) refuse(pointer, 'TYPE', 'must be a list of stages');
  if (value.length > MAX_STAGES || depth > 3)
    refuse(pointer, 'TOO_LARGE', `may have ${String(MAX_STAGES)} stages, and pipelines in pipelines 3 levels deep`);
  const stages = fromExtendedJson(value, pointer) as unknown[];
  const parsed = stages.map((stage, index) => parseStage(stage, `${pointer}/${String(index)}`, depth));
  assertNoCode(parsed, pointer, 0);
  if (BSON.calculateObjectSize({ parsed }) > MAX_BYTES)
    refuse(pointer, 'TOO_LARGE', `may have ${String(MAX_BYTES)} bytes`);
  return parsed;
}

function parseStage(stage: unknown, pointer: string, depth: number): Document {
  const [entry, ...more] = isPlain(stage) ? Object.entries(stage) : [];
  if (!entry || more.length > 0) return refuse(pointer, 'STAGE', 'must be an object with the name of one stage');
  const [name, body] = entry;
  const at = `${pointer}/${name.slice(0, 50)}`;
  if (!STAGES.has(name)) refuse(at, 'STAGE', 'is no stage that may be explained here');
  if (name === '$match') return { $match: parseFilter(body, at) };
  if (name === '$unionWith' && typeof body === 'string') readableName(body);
  if (!isPlain(body)) return { [name]: body };
  assertCollections(name, body, at);
  if (name === '$facet') {
    const facets = Object.entries(body).map(([key, inner]) => [key, parsePipeline(inner, `${at}/${key}`, depth + 1)]);
    return { $facet: Object.fromEntries(facets) as Document };
  }
  if (Array.isArray(body['pipeline']))
    return { [name]: { ...body, pipeline: parsePipeline(body['pipeline'], `${at}/pipeline`, depth + 1) } };
  return { [name]: body };
}

/** Other collections that a stage reads: those that the caller may read. */
function assertCollections(name: string, body: Document, pointer: string): void {
  if (!READING_OTHERS.has(name)) return;
  for (const key of ['from', 'coll'] as const) {
    if (typeof body[key] === 'string') readableName(body[key]);
    else if (body[key] !== undefined) refuse(`${pointer}/${key}`, 'TYPE', 'must be the name of a collection');
  }
}

function assertNoCode(value: unknown, pointer: string, depth: number): void {
  if (depth > MAX_DEPTH) refuse(pointer, 'TOO_DEEP', `may be ${String(MAX_DEPTH)} levels deep`);
  if (Array.isArray(value)) for (const one of value) assertNoCode(one, pointer, depth + 1);
  if (!isPlain(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (CODE.has(key)) refuse(`${pointer}/${key}`, 'OPERATOR', 'runs JavaScript, which is not allowed');
    assertNoCode(inner, pointer, depth + 1);
  }
}

function refuse(pointer: string, code: string, message: string): never {
  throw new AppError('VALIDATION_FAILED', `${pointer.slice(0, 200)} ${message}`, {
    errors: [{ pointer, code, message }],
  });
}
