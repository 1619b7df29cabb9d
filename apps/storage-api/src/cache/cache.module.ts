import { Module } from '@nestjs/common';

/** The cache's Redis: figures, keys, flush, memory; and documents read through it. */
@Module({})
export class CacheModule {}
