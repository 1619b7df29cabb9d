import { Module } from '@nestjs/common';

/** Versioned changes of the schema and of the data. */
@Module({})
export class MigrationsModule {}
