import { Module } from '@nestjs/common';
import { VolumeMetrics } from './volume-metrics.ts';
import { VolumesController } from './volumes.controller.ts';
import { VolumesService } from './volumes.service.ts';

@Module({ controllers: [VolumesController], providers: [VolumesService, VolumeMetrics] })
export class VolumesModule {}
