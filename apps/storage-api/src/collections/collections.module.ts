import { Module } from '@nestjs/common';

/** Collections: what there is, with its options; create and drop. */
@Module({})
export class CollectionsModule {}
