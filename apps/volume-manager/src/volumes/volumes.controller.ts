import { RequireRole } from '@lucid/service-kit/access/route-access';
import { decodeCursor, encodeCursor, PageQuery, toPage } from '@lucid/service-kit/http/page';
import { InjectConfig } from '@lucid/service-kit/tokens';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { VolumeManagerConfig } from '../config.ts';
import { percentOf } from './volume-state.ts';
import { UsageQuery, VolumeDto, VolumePage, VolumeUsageDto } from './volumes.dto.ts';
import { VolumesService, type UsageReport, type Volume } from './volumes.service.ts';

const LIST = 'volumes';

function presentUsage(volumeId: string, { usage, ageMs, measuring }: UsageReport): VolumeUsageDto {
  return {
    volumeId,
    usedBytes: usage?.usedBytes ?? null,
    files: usage?.files ?? null,
    folders: usage?.folders ?? null,
    unreadable: usage?.unreadable ?? null,
    measuredAt: usage?.measuredAt ?? null,
    ageSeconds: ageMs === undefined ? null : Math.round(ageMs / 1000),
    durationMs: usage?.durationMs ?? null,
    measuring,
  };
}

@ApiTags('volumes')
@Controller('api/v1/volumes')
@RequireRole('viewer')
export class VolumesController {
  constructor(
    private readonly volumes: VolumesService,
    @InjectConfig() private readonly config: VolumeManagerConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The volumes, each with quota, allocated and used' })
  @ApiOkResponse({ type: VolumePage })
  async list(@Query() query: PageQuery): Promise<VolumePage> {
    const after = decodeCursor(LIST, query.cursor)?.id ?? '';
    const found = (await this.volumes.list()).filter(({ id }) => id > after);
    const cursorOf = ({ id }: Volume): string => encodeCursor(LIST, { at: '', id });
    return toPage(found, query.limit, (volume) => this.present(volume), cursorOf);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One volume' })
  @ApiOkResponse({ type: VolumeDto })
  @ApiNotFoundResponse({ description: 'VOLUME_NOT_FOUND' })
  async get(@Param('id') id: string): Promise<VolumeDto> {
    return this.present(await this.volumes.get(id));
  }

  @Get(':id/usage')
  @ApiOperation({ summary: 'What the volume holds, and how old that figure is' })
  @ApiOkResponse({ type: VolumeUsageDto })
  @ApiNotFoundResponse({ description: 'VOLUME_NOT_FOUND' })
  async usage(@Param('id') id: string, @Query() query: UsageQuery): Promise<VolumeUsageDto> {
    return presentUsage(id, await this.volumes.usage(id, query.refresh));
  }

  private present({ space, usage, fileSystemPercent, ...volume }: Volume): VolumeDto {
    const { warningPercent, criticalPercent } = this.config;
    return {
      ...volume,
      allocatedBytes: space?.allocatedBytes ?? null,
      usedBytes: usage?.usedBytes ?? null,
      fileSystemBytes: space?.fileSystemBytes ?? null,
      availableBytes: space?.availableBytes ?? null,
      usedPercent: usage ? percentOf(usage.usedBytes, volume.quotaBytes) : null,
      fileSystemPercent: fileSystemPercent ?? null,
      usageMeasuredAt: usage?.measuredAt ?? null,
      warningPercent,
      criticalPercent,
    };
  }
}
