import { Module } from '@nestjs/common';

/** Indexes of a collection: size, use, builds; create and drop. */
@Module({})
export class IndexesModule {}
