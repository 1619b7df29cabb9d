import type { Document } from 'mongodb';
import { type Finding, refusal, warning } from '../cluster/findings.ts';
import { isHashed, type ShardKey } from './shard-key.ts';

/** How well the values of a key spread, from a sample of the documents. */
export interface KeyAnalysis {
  /** `analyzeShardKey` of the server (7.0 and newer), or a sample that we have counted ourselves. */
  source: 'analyzeShardKey' | 'sample';
  sampledDocuments: number;
  distinctValues: number;
  /** Share of the sample that has the most common value, 0 to 1. */
  mostCommonShare: number;
  isUnique: boolean | null;
  monotonicity: 'monotonic' | 'not monotonic' | 'unknown';
  /** Documents of the sample without a value; null where it was not counted. */
  missingValues: number | null;
  /** Documents of the sample in which a field of the key is an array; null where it was not counted. */
  arrayValues: number | null;
}

export const SAMPLE_SIZE = 10_000;
const FEW_VALUES = 100;
const MANY_OF_ONE = 0.1;
/** Below so many documents figures say nothing. */
const SMALL_SAMPLE = 100;

/** Values of these types grow with time, as a rule. */
const GROWING_TYPES = new Set(['objectId', 'date', 'timestamp']);

/** Counts the values of a key in a sample. Field names must have been checked: they become paths. */
export function samplePipeline(key: ShardKey): Document[] {
  const paths = Object.keys(key).map((field) => `$${field}`);
  const value = Object.fromEntries(paths.map((path, at) => [`f${String(at)}`, path]));
  const isMissing = { $or: paths.map((path) => ({ $lte: [path, null] })) };
  const isArray = { $or: paths.map((path) => ({ $isArray: [path] })) };
  return [
    { $sample: { size: SAMPLE_SIZE } },
    { $project: { _id: 0, value, type: { $type: paths[0] ?? '' }, isMissing, isArray } },
    {
      $group: {
        _id: '$value',
        count: { $sum: 1 },
        type: { $first: '$type' },
        missing: { $sum: { $cond: ['$isMissing', 1, 0] } },
        arrays: { $sum: { $cond: ['$isArray', 1, 0] } },
      },
    },
    {
      $group: {
        _id: null,
        distinct: { $sum: 1 },
        sampled: { $sum: '$count' },
        most: { $max: '$count' },
        missing: { $sum: '$missing' },
        arrays: { $sum: '$arrays' },
        types: { $addToSet: '$type' },
      },
    },
  ];
}

/** @param counted what `samplePipeline` gave; undefined for no document at all */
export function readSample(counted: Document | undefined): KeyAnalysis {
  const { distinct = 0, sampled = 0, most = 0, missing = 0, arrays = 0, types = [] } = counted ?? {};
  const isGrowing = (types as string[]).length > 0 && (types as string[]).every((type) => GROWING_TYPES.has(type));
  return {
    source: 'sample',
    sampledDocuments: Number(sampled),
    distinctValues: Number(distinct),
    mostCommonShare: share(Number(most), Number(sampled)),
    isUnique: null,
    monotonicity: isGrowing ? 'monotonic' : 'unknown',
    missingValues: Number(missing),
    arrayValues: Number(arrays),
  };
}

/** The answer of the server: https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/#output */
export function readAnalyzed(answer: Document): KeyAnalysis {
  const { keyCharacteristics = {} } = answer as { keyCharacteristics?: Document };
  const { numDocsSampled = 0, numDistinctValues = 0, isUnique = null } = keyCharacteristics;
  const common = (keyCharacteristics['mostCommonValues'] ?? []) as { frequency?: number }[];
  const most = Math.max(0, ...common.map(({ frequency = 0 }) => Number(frequency)));
  const type = String((keyCharacteristics['monotonicity'] as Document | undefined)?.['type'] ?? 'unknown');
  return {
    source: 'analyzeShardKey',
    sampledDocuments: Number(numDocsSampled),
    distinctValues: Number(numDistinctValues),
    mostCommonShare: share(most, Number(numDocsSampled)),
    isUnique: typeof isUnique === 'boolean' ? isUnique : null,
    monotonicity: type === 'monotonic' || type === 'not monotonic' ? type : 'unknown',
    ...{ missingValues: null, arrayValues: null },
  };
}

/** https://www.mongodb.com/docs/manual/core/sharding-choose-a-shard-key/ */
export function judge(key: ShardKey, analysis: KeyAnalysis): Finding[] {
  const { distinctValues, sampledDocuments, mostCommonShare, monotonicity, missingValues, arrayValues } = analysis;
  const found: Finding[] = [];
  if ((arrayValues ?? 0) > 0)
    found.push(
      refusal('ARRAY_VALUES', 'a field of the key is an array in some documents: an array cannot be a shard key'),
    );
  if ((missingValues ?? 0) > 0)
    found.push(warning('MISSING_VALUES', 'documents without a value of the key all end up in one chunk'));
  if (sampledDocuments < SMALL_SAMPLE) return found;
  if (distinctValues < FEW_VALUES) {
    const message = `the sample of ${String(sampledDocuments)} documents has ${String(distinctValues)} different values: a value is never split, so there can be no more chunks than that`;
    found.push(warning('FEW_VALUES', message));
  }
  if (mostCommonShare >= MANY_OF_ONE) {
    const message = `${String(Math.round(mostCommonShare * 100))} % of the sample have one value: its chunk grows and cannot be split`;
    found.push(warning('FREQUENT_VALUE', message));
  }
  if (monotonicity === 'monotonic' && !isHashed(key))
    found.push(
      warning(
        'GROWING_VALUES',
        'the values grow with time, so that all inserts go to one shard: "hashed" spreads them',
      ),
    );
  return found;
}

function share(part: number, all: number): number {
  return all === 0 ? 0 : Math.round((part / all) * 10_000) / 10_000;
}
