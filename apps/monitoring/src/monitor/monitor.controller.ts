import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CollectionService } from '../collectors/collection.service.ts';
import { presentSnapshot } from '../stats/stats.service.ts';
import { CollectionRoundDto, StartCollectionDto, type CollectionOutcomeDto } from './monitor.dto.ts';

@ApiTags('monitor')
@Controller('monitor')
@RequireRole('operator')
export class MonitorController {
  constructor(private readonly collections: CollectionService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Collect now, and set the interval',
    description:
      'Answers when every engine has answered or missed its deadline (10 s at most). A call during a collection joins it.',
  })
  @ApiOkResponse({ type: CollectionRoundDto })
  async start(@Body() body: StartCollectionDto): Promise<CollectionRoundDto> {
    if (body.interval !== undefined) this.collections.setInterval(body.interval);
    await this.collections.collectNow();
    const collections = this.collections.latest().map((snapshot): CollectionOutcomeDto => {
      const { figures: _figures, ...outcome } = presentSnapshot(snapshot);
      return outcome;
    });
    return { intervalSeconds: this.collections.intervalSeconds, collections };
  }
}
