import { Module } from '@nestjs/common';

/** The database as a whole: its health and its figures. */
@Module({})
export class DatabaseModule {}
