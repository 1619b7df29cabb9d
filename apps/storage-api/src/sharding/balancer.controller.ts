import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { BalancerDto, BalancerWindowDto } from './balancer.dto.ts';
import { BalancerService } from './balancer.service.ts';

@ApiTags('sharding')
@Problems('NOT_SHARDED', 'LEASE_HELD', 'LEASE_LOST')
@Controller('api/v1/database/sharding/balancer')
@RequireRole('viewer')
export class BalancerController {
  constructor(private readonly balancer: BalancerService) {}

  /** Whether the balancer may move chunks, does so now, and at which times. */
  @Get()
  @ApiOkResponse({ type: BalancerDto })
  get(): Promise<BalancerDto> {
    return this.balancer.get();
  }

  /** Lets the balancer move chunks, in its window. */
  @Post('start')
  @RequireRole('admin')
  @HttpCode(200)
  @ApiOkResponse({ type: BalancerDto })
  start(): Promise<BalancerDto> {
    return this.balancer.start();
  }

  /** Stops the balancer and waits for the round that runs. */
  @Post('stop')
  @RequireRole('admin')
  @HttpCode(200)
  @ApiOkResponse({ type: BalancerDto })
  stop(): Promise<BalancerDto> {
    return this.balancer.stop();
  }

  /** The times at which it may move chunks, by the clock of the config servers. */
  @Put('window')
  @RequireRole('admin')
  @ApiOkResponse({ type: BalancerDto })
  setWindow(@Body() body: BalancerWindowDto): Promise<BalancerDto> {
    return this.balancer.setWindow(body);
  }

  /** At any time again. */
  @Delete('window')
  @Destructive(false)
  @RequireRole('admin')
  @HttpCode(200)
  @ApiOkResponse({ type: BalancerDto })
  removeWindow(): Promise<BalancerDto> {
    return this.balancer.setWindow(null);
  }
}
