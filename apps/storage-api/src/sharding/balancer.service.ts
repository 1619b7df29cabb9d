import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import type { BalancerDto, BalancerWindowDto } from './balancer.dto.ts';
import { refusingClearly } from './sharding-errors.ts';
import { ShardingRepository } from './sharding.repository.ts';

/** Lets the balancer move chunks, at all and at which times. */
@Injectable()
export class BalancerService {
  constructor(
    private readonly repository: ShardingRepository,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
  ) {}

  /** @throws AppError NOT_SHARDED */
  async get(): Promise<BalancerDto> {
    await this.deployment.requireSharded();
    return this.look();
  }

  /** @throws AppError NOT_SHARDED, LEASE_HELD, TIMEOUT */
  start(): Promise<BalancerDto> {
    return this.change('sharding.start-balancer', () => this.repository.startBalancer());
  }

  /** Ends when the round that runs has ended. @throws AppError NOT_SHARDED, LEASE_HELD, TIMEOUT (it stops after the round) */
  stop(): Promise<BalancerDto> {
    return this.change('sharding.stop-balancer', () => this.repository.stopBalancer());
  }

  /** @throws AppError VALIDATION_FAILED, NOT_SHARDED, LEASE_HELD */
  setWindow(window: BalancerWindowDto | null): Promise<BalancerDto> {
    if (window && window.start === window.stop) {
      const errors = [{ pointer: '/stop', code: 'SAME', message: 'stop must differ from start' }];
      throw new AppError('VALIDATION_FAILED', 'a window that stops when it starts is none', { errors });
    }
    const plain = window && { start: window.start, stop: window.stop };
    return this.change('sharding.set-balancer-window', () => this.repository.setBalancerWindow(plain));
  }

  private async change(action: string, work: () => Promise<void>): Promise<BalancerDto> {
    await this.deployment.requireSharded();
    return this.changes.run({ action, resource: 'sharding/balancer' }, async (lease) => {
      await lease.assertHeld();
      await refusingClearly(work);
      return this.look();
    });
  }

  private async look(): Promise<BalancerDto> {
    const [{ mode, inBalancerRound }, settings] = await Promise.all([
      this.repository.balancerStatus(),
      this.repository.balancerSettings(),
    ]);
    return { isEnabled: mode === 'full', mode, isRunning: inBalancerRound, window: settings?.activeWindow ?? null };
  }
}
