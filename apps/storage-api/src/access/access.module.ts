import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller.ts';

@Module({ controllers: [AccessKeysController] })
export class AccessModule {}
