import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller.ts';
import { AuditController } from './audit.controller.ts';

@Module({ controllers: [AccessKeysController, AuditController] })
export class AccessModule {}
