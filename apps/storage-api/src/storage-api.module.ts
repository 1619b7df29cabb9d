import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { BackupsModule } from './backups/backups.module.ts';

@Module({ imports: [AccessModule, BackupsModule] })
export class StorageApiModule {}
