import type { Logger } from '@lucid/core/logger';
import { InjectConfig, InjectLogger } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CacheModule } from '../cache/cache.module.ts';
import { CollectionsModule } from '../collections/collections.module.ts';
import type { StorageConfig } from '../config.ts';
import { ChangeDocumentService } from './change-document.service.ts';
import { ChangeFeedService } from './change-feed.service.ts';
import { allowLargeDocuments } from './document-bodies.ts';
import { DocumentCollections } from './document-collections.ts';
import { DocumentsController } from './documents.controller.ts';
import { DocumentsRepository } from './documents.repository.ts';
import { ExportDocumentsService } from './export-documents.service.ts';
import { GetDocumentService } from './get-document.service.ts';
import { IdempotentInsertsRepository } from './idempotent-inserts.repository.ts';
import { InsertCommands } from './insert-commands.ts';
import { InsertDocumentsService } from './insert-documents.service.ts';
import { ListDocumentsService } from './list-documents.service.ts';
import { OpenStreams } from './open-streams.ts';
import { PostDocumentsService } from './post-documents.service.ts';
import { ScanGuard } from './scan-guard.service.ts';

/** Documents: read, write, export, changes. */
@Module({
  imports: [CacheModule, CollectionsModule],
  controllers: [DocumentsController],
  providers: [
    DocumentCollections,
    DocumentsRepository,
    GetDocumentService,
    ListDocumentsService,
    ScanGuard,
    InsertCommands,
    InsertDocumentsService,
    PostDocumentsService,
    IdempotentInsertsRepository,
    ChangeDocumentService,
    ExportDocumentsService,
    ChangeFeedService,
    OpenStreams,
  ],
})
export class DocumentsModule {
  constructor({ httpAdapter }: HttpAdapterHost, @InjectConfig() config: StorageConfig, @InjectLogger() logger: Logger) {
    allowLargeDocuments(httpAdapter.getInstance<FastifyInstance>(), config.documentsBodyLimit, logger);
  }
}
