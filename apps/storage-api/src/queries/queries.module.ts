import { Module } from '@nestjs/common';

/** What the database is asked: profiler, slow queries, plans, operations, advice on indexes. */
@Module({})
export class QueriesModule {}
