import { Module, type DynamicModule } from '@nestjs/common';
import type { VolumeManagerConfig } from './config.ts';
import { VolumesModule } from './volumes/volumes.module.ts';

@Module({})
export class VolumeManagerModule {
  /** With VOLUME_MANAGER_ENABLED=false the service stays up for its health and metrics, and manages nothing. */
  static forConfig(config: VolumeManagerConfig): DynamicModule {
    return { module: VolumeManagerModule, imports: config.enabled ? [VolumesModule] : [] };
  }
}
