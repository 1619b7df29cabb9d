import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { VolumesService, type Volume } from './volumes.service.ts';

/** Gauge → its help and its value; undefined leaves the series out. */
const GAUGES: Record<string, { help: string; value: (volume: Volume) => number | undefined }> = {
  volume_up: {
    help: '1 when the volume is there, 0 when it is not',
    value: ({ space }) => Number(space !== undefined),
  },
  volume_quota_bytes: { help: 'What the volume may take', value: ({ quotaBytes }) => quotaBytes },
  volume_allocated_bytes: {
    help: 'What is taken on the file system under the volume, by whomever',
    value: ({ space }) => space?.allocatedBytes,
  },
  volume_used_bytes: { help: 'What the files of the volume take on disk', value: ({ usage }) => usage?.usedBytes },
  volume_file_system_bytes: {
    help: 'Size of the file system under the volume',
    value: ({ space }) => space?.fileSystemBytes,
  },
  volume_available_bytes: {
    help: 'What is left on the file system under the volume',
    value: ({ space }) => space?.availableBytes,
  },
  volume_usage_timestamp_seconds: {
    help: 'When volume_used_bytes was counted, Unix time',
    value: ({ usage }) => usage && usage.measuredAt.getTime() / 1000,
  },
};

/** The volumes on the metrics page. A page never waits for a count: it shows the last one and has a stale one renewed. */
@Injectable()
export class VolumeMetrics implements OnModuleInit {
  constructor(
    private readonly registry: Registry,
    private readonly volumes: VolumesService,
  ) {}

  onModuleInit(): void {
    for (const [name, { help, value }] of Object.entries(GAUGES)) {
      const gauge = new Gauge({
        name,
        help,
        labelNames: ['volume', 'name', 'driver'],
        registers: [this.registry],
        collect: async () => {
          const found = await this.volumes.list();
          gauge.reset();
          for (const volume of found) {
            const figure = value(volume);
            const labels = { volume: volume.id, name: volume.name, driver: volume.driver };
            if (figure !== undefined) gauge.set(labels, figure);
          }
        },
      });
    }
  }
}
