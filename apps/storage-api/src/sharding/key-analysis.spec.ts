import { judge, type KeyAnalysis, readAnalyzed, readSample } from './key-analysis.ts';

const codes = (key: Record<string, 1 | 'hashed'>, analysis: KeyAnalysis): string[] =>
  judge(key, analysis).map(({ code }) => code);

describe('the analysis of a shard key', () => {
  it('reads the answer of analyzeShardKey', () => {
    // As in https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/#output, with fewer values.
    const answer = {
      keyCharacteristics: {
        ...{ numDocsTotal: 9039, avgDocSizeBytes: 153, numDocsSampled: 9039, isUnique: false, numDistinctValues: 30 },
        mostCommonValues: [
          { value: { lastName: 'Smith' }, frequency: 1013 },
          { value: { lastName: 'Johnson' }, frequency: 984 },
        ],
        monotonicity: { recordIdCorrelationCoefficient: 0.0771959161, type: 'not monotonic' },
      },
      ok: 1,
    };
    const analysis = readAnalyzed(answer);
    expect(analysis).toEqual({
      ...{ source: 'analyzeShardKey', sampledDocuments: 9039, distinctValues: 30, mostCommonShare: 0.1121 },
      ...{ isUnique: false, monotonicity: 'not monotonic', missingValues: null, arrayValues: null },
    });
    expect(codes({ lastName: 1 }, analysis)).toEqual(['FEW_VALUES', 'FREQUENT_VALUE']);
  });

  it('makes nothing of an answer without characteristics, or of no documents', () => {
    expect(codes({ a: 1 }, readAnalyzed({ ok: 1 }))).toEqual([]);
    expect(readSample(undefined)).toMatchObject({ sampledDocuments: 0, mostCommonShare: 0, monotonicity: 'unknown' });
  });

  it('finds nothing wrong with a good key', () => {
    const counted = { distinct: 9_990, sampled: 10_000, most: 2, missing: 0, arrays: 0, types: ['string'] };
    expect(codes({ email: 1 }, readSample(counted))).toEqual([]);
  });

  it('advises a hash for values that grow, and is content with one', () => {
    const counted = { distinct: 10_000, sampled: 10_000, most: 1, missing: 0, arrays: 0, types: ['objectId'] };
    expect(codes({ _id: 1 }, readSample(counted))).toEqual(['GROWING_VALUES']);
    expect(codes({ _id: 'hashed' }, readSample(counted))).toEqual([]);
  });

  it('says nothing of the spread of a handful of documents', () => {
    expect(
      codes({ a: 1 }, readSample({ distinct: 1, sampled: 99, most: 99, missing: 0, arrays: 0, types: ['int'] })),
    ).toEqual([]);
  });
});
