import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError } from 'mongodb';
import { judge, type KeyAnalysis, readAnalyzed, readSample, SAMPLE_SIZE, samplePipeline } from './key-analysis.ts';
import type { Finding } from '../cluster/findings.ts';
import type { ShardKey } from './shard-key.ts';
import { ShardingRepository } from './sharding.repository.ts';

const SAMPLE_MS = 15_000;
/** CommandNotFound before 7.0; IllegalOperation without an index for the key; Unauthorized. */
const CANNOT_ANALYZE = new Set([13, 20, 59]);

/** Looks how the values of a key are spread: by the server where it can, else by counting a sample. */
@Injectable()
export class KeyAnalyses {
  constructor(
    private readonly repository: ShardingRepository,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** @throws AppError TIMEOUT, MONGODB_UNAVAILABLE, NAMESPACE_INVALID (a view or nothing) */
  async analyze(collection: string, key: ShardKey): Promise<{ analysis: KeyAnalysis; findings: Finding[] }> {
    const found = await this.repository.describe(collection);
    if (found?.type !== 'collection')
      throw new AppError('NAMESPACE_INVALID', 'there is no collection of this name whose documents could be looked at');
    const analysis = (await this.byServer(collection, key)) ?? (await this.bySample(collection, key));
    return { analysis, findings: judge(key, analysis) };
  }

  private async byServer(collection: string, key: ShardKey): Promise<KeyAnalysis | undefined> {
    try {
      return readAnalyzed(
        await this.repository.analyzeShardKey(this.repository.namespaceOf(collection), key, SAMPLE_SIZE),
      );
    } catch (error) {
      const isExpected = error instanceof MongoServerError && CANNOT_ANALYZE.has(Number(error.code));
      if (!isExpected) this.logger.warn({ err: error }, 'analyzeShardKey failed; a sample is counted instead');
      return undefined;
    }
  }

  private async bySample(collection: string, key: ShardKey): Promise<KeyAnalysis> {
    try {
      const [counted] = await this.repository.aggregate(collection, samplePipeline(key), SAMPLE_MS);
      return readSample(counted);
    } catch (error) {
      throw toMongoAppError(error) ?? error;
    }
  }
}
