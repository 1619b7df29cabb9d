import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { ReplicaSetAddMemberPayload } from '@lucid/jobs/contracts/replica-set-add-member';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { checkConfiguration } from './configuration-checks.ts';
import { assertAllowed, type Finding, isAllowed, refusal, warning } from '../cluster/findings.ts';
import {
  checkProbe,
  checkStepDown,
  wantedMember,
  withMember,
  withoutMember,
  withSettings,
  type MemberSettings,
} from './member-changes.ts';
import { memberHost } from './member-host.ts';
import { reconfigure } from './reconfigure.ts';
import { findMember, nextMemberId, primaryOf, type MemberConfig, type ReplicaSetConfig } from './replica-set-config.ts';
import type { ReconfigurationPlan, ReconfigurationResult, ReplicaSetDto } from './replica-set.dto.ts';
import { presentConfig, presentPlan, presentReplicaSet } from './replica-set.presenter.ts';
import { type Probe, ReplicaSetRepository } from './replica-set.repository.ts';
import { StepDownFlow } from './step-down.flow.ts';

/** Where a member is to be taken out while it is primary. */
const STEP_DOWN = { seconds: 60, catchUpSeconds: 10 };
const PROBES = 8;
const PROBE_PAUSE_MS = 500;

interface Plan {
  findings: Finding[];
  before: ReplicaSetConfig;
  after: ReplicaSetConfig;
}

/** Shows the members, and changes them after a look at what the change would do. */
@Injectable()
export class ReplicaSetService {
  constructor(
    private readonly repository: ReplicaSetRepository,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
    private readonly stepDown: StepDownFlow,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_REPLICA_SET, MONGODB_UNAVAILABLE */
  async view(): Promise<ReplicaSetDto> {
    await this.deployment.requireReplicaSet();
    const { repository } = this;
    const [status, stored, oplog] = await Promise.all([
      repository.status(),
      repository.config(),
      repository.oplogWindow(),
    ]);
    return presentReplicaSet(status, stored, oplog);
  }

  /** @throws AppError VALIDATION_FAILED, NOT_REPLICA_SET */
  async planAdd(asked: ReplicaSetAddMemberPayload): Promise<ReconfigurationPlan> {
    const { findings, before, after } = await this.lookAtAdd(asked);
    return presentPlan(findings, before, after);
  }

  /** The id that the new member will have. @throws AppError RECONFIGURATION_REFUSED, VALIDATION_FAILED, NOT_REPLICA_SET */
  async assertAddable(asked: ReplicaSetAddMemberPayload): Promise<number> {
    const { findings, before } = await this.lookAtAdd(asked);
    assertAllowed(findings, 'RECONFIGURATION_REFUSED', '/host');
    return nextMemberId(before);
  }

  /** @throws AppError MEMBER_NOT_FOUND, VALIDATION_FAILED, NOT_REPLICA_SET */
  async planUpdate(host: string, settings: MemberSettings): Promise<ReconfigurationPlan> {
    const { findings, before, after } = await this.lookAtUpdate(host, settings);
    return presentPlan(findings, before, after);
  }

  /** One reconfiguration: it happens or it does not. @throws AppError as `planUpdate`; RECONFIGURATION_REFUSED, LEASE_HELD */
  async update(host: string, settings: MemberSettings): Promise<ReconfigurationResult> {
    await this.lookAtUpdate(host, settings);
    const change = { action: 'replica-set.update-member', resource: `replica-set/members/${memberHost(host)}` };
    return this.changes.run(change, async (lease) => {
      const { findings, before } = await this.lookAtUpdate(host, settings);
      assertAllowed(findings, 'RECONFIGURATION_REFUSED');
      const { _id } = existing(before, host);
      const config = await reconfigure({
        ...{ repository: this.repository, clock: this.clock, lease },
        change: (present) => withSettings(present, _id, settings),
      });
      return { isChanged: config.version !== before.version, findings, configuration: presentConfig(config) };
    });
  }

  /** @throws AppError MEMBER_NOT_FOUND, VALIDATION_FAILED, NOT_REPLICA_SET */
  async planRemove(host: string, mayStepDown: boolean): Promise<ReconfigurationPlan> {
    const { findings, before, after } = await this.lookAtRemove(host, mayStepDown);
    return presentPlan(findings, before, after);
  }

  /**
   * A primary steps down first where that is allowed. Whoever dies in between leaves a member that is still there and not primary:
   * the same call finishes it. @throws AppError as `planRemove`; RECONFIGURATION_REFUSED, STEP_DOWN_REFUSED, LEASE_HELD, TIMEOUT
   */
  async remove(host: string, mayStepDown: boolean): Promise<ReconfigurationResult> {
    await this.lookAtRemove(host, mayStepDown);
    const change = { action: 'replica-set.remove-member', resource: `replica-set/members/${memberHost(host)}` };
    return this.changes.run(change, async (lease) => {
      const first = await this.lookAtRemove(host, mayStepDown);
      assertAllowed(first.findings, 'RECONFIGURATION_REFUSED');
      const { _id, host: name } = existing(first.before, host);
      const isPrimary = primaryOf(await this.repository.status())?._id === _id;
      const steppedDown = isPrimary ? await this.stepDown.run({ ...STEP_DOWN, from: name }, lease) : undefined;
      // Who is up may be another thing by now.
      const { findings } = isPrimary ? await this.lookAtRemove(host, false) : first;
      assertAllowed(findings, 'RECONFIGURATION_REFUSED');
      const config = await reconfigure({
        ...{ repository: this.repository, clock: this.clock, lease },
        change: (present) => withoutMember(present, _id),
      });
      const configuration = presentConfig(config);
      return { isChanged: true, findings, configuration, ...(steppedDown && { primary: steppedDown.primary }) };
    });
  }

  private async lookAtAdd(asked: ReplicaSetAddMemberPayload): Promise<Plan> {
    const host = memberHost(asked.host);
    const { before, status, hasImplicitWriteConcern } = await this.look();
    const wanted = wantedMember(nextMemberId(before), host, asked);
    if (findMember(before, host)) {
      const findings = [refusal('DUPLICATE_MEMBER', 'it is a member already: change it with PATCH')];
      return { findings, before, after: before };
    }
    const after = withMember(before, wanted) ?? before;
    const probe = await this.probe(host, before);
    const findings = checkConfiguration({ before, after, status, hasImplicitWriteConcern });
    findings.push(...checkProbe(probe, before, await this.repository.primaryWireVersion()));
    return { findings, before, after: { ...after, version: before.version + 1 } };
  }

  /** One that was taken out a moment ago believes to be a member until its next heartbeat. */
  private async probe(host: string, config: ReplicaSetConfig): Promise<Probe> {
    for (let left = PROBES; ; left -= 1) {
      const probe = await this.repository.probe(host, config._id, hostsOf(config));
      if (probe.kind !== 'same-name' || left === 0) return probe;
      await this.clock.sleep(PROBE_PAUSE_MS);
    }
  }

  private async lookAtUpdate(host: string, settings: MemberSettings): Promise<Plan> {
    const { before, status, hasImplicitWriteConcern } = await this.look();
    const member = existing(before, host);
    const changed = withSettings(before, member._id, settings);
    if (!changed) return { findings: [], before, after: before };
    const after = { ...changed, version: before.version + 1 };
    const findings = checkConfiguration({ before, after, status, hasImplicitWriteConcern });
    return { findings, before, after };
  }

  private async lookAtRemove(host: string, mayStepDown: boolean): Promise<Plan> {
    const { before, status, hasImplicitWriteConcern } = await this.look();
    const member = existing(before, host);
    const after = { ...before, ...withoutMember(before, member._id), version: before.version + 1 };
    const findings = checkConfiguration({ before, after, status, hasImplicitWriteConcern });
    if (primaryOf(status)?._id === member._id) {
      if (!mayStepDown)
        findings.push(
          refusal('IS_PRIMARY', 'it is primary: step it down first, or repeat the call with ?stepDown=true'),
        );
      else findings.push(...checkStepDown(before, status, STEP_DOWN));
    }
    if (this.repository.seeds().includes(member.host.toLowerCase()))
      findings.push(warning('STILL_NAMED', 'MONGODB_URI of this service names it: take it out there too'));
    return { findings, before, after };
  }

  private async look() {
    await this.deployment.requireReplicaSet();
    const [status, { config: before }, hasImplicitWriteConcern] = await Promise.all([
      this.repository.status(),
      this.repository.config(),
      this.repository.hasImplicitWriteConcern(),
    ]);
    return { status, before, hasImplicitWriteConcern };
  }
}

/** Is it only refused because it stands there already? Then it may be what an earlier call has done. */
export function isOnlyDuplicate({ findings }: ReconfigurationPlan): boolean {
  return !isAllowed(findings) && findings.every(({ code }) => code === 'DUPLICATE_MEMBER');
}

function existing(config: ReplicaSetConfig, host: string): MemberConfig {
  const member = findMember(config, memberHost(host, '/host'));
  if (!member) throw new AppError('MEMBER_NOT_FOUND', 'the replica set has no member of this name');
  return member;
}

function hostsOf({ members }: ReplicaSetConfig): string[] {
  return members.map(({ host }) => host);
}
