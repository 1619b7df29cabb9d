import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller.ts';
import { ProtectionController } from './protection.controller.ts';
import { AuditController } from './audit.controller.ts';

@Module({ controllers: [AccessKeysController, AuditController, ProtectionController] })
export class AccessModule {}
