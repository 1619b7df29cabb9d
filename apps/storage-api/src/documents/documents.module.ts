import { InjectConfig } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CacheModule } from '../cache/cache.module.ts';
import { CollectionsModule } from '../collections/collections.module.ts';
import type { StorageConfig } from '../config.ts';
import { ChangeDocumentService } from './change-document.service.ts';
import { ChangeFeedService } from './change-feed.service.ts';
import { DocumentCollections } from './document-collections.ts';
import { DocumentsController } from './documents.controller.ts';
import { DocumentsRepository } from './documents.repository.ts';
import { ExportDocumentsService } from './export-documents.service.ts';
import { GetDocumentService } from './get-document.service.ts';
import { IdempotentInsertsRepository } from './idempotent-inserts.repository.ts';
import { InsertDocumentsService } from './insert-documents.service.ts';
import { ListDocumentsService } from './list-documents.service.ts';
import { OpenStreams } from './open-streams.ts';
import { PostDocumentsService } from './post-documents.service.ts';
import { ScanGuard } from './scan-guard.service.ts';

const ROUTES = '/api/v1/database/collections/:name/documents';

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
  /** Bodies that hold documents may be larger than others; that is said of a route when it is made, before any is. */
  constructor({ httpAdapter }: HttpAdapterHost, @InjectConfig() config: StorageConfig) {
    const server = httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onRoute', (route) => {
      if (route.url.startsWith(ROUTES)) route.bodyLimit = config.documentsBodyLimit;
    });
  }
}
