import { Module } from '@nestjs/common';

/** Documents: read, write, export, changes. */
@Module({})
export class DocumentsModule {}
