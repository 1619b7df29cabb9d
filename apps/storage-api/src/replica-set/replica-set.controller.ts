import { replicaSetAddMember } from '@lucid/jobs/contracts/replica-set-add-member';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClusterChanges } from '../cluster/cluster-changes.service.ts';
import { DeploymentKind } from '../cluster/deployment.service.ts';
import { assertAllowed, isAllowed } from '../cluster/findings.ts';
import { memberHost } from './member-host.ts';
import {
  AddMemberDto,
  DryRunQuery,
  ReconfigurationPlan,
  ReconfigurationResult,
  RemoveMemberQuery,
  ReplicaSetDto,
  StepDownDto,
  StepDownPlanDto,
  StepDownResult,
  UpdateMemberDto,
} from './replica-set.dto.ts';
import { isOnlyDuplicate, ReplicaSetService } from './replica-set.service.ts';
import { StepDownFlow } from './step-down.flow.ts';

const oneOf = (...types: (new () => object)[]) => ({
  schema: { oneOf: types.map((type) => ({ $ref: getSchemaPath(type) })) },
  description: 'The second with dryRun',
});

@ApiTags('replica set')
@Problems('NOT_REPLICA_SET')
@ApiExtraModels(ReconfigurationResult, ReconfigurationPlan, StepDownResult, StepDownPlanDto)
@Controller('api/v1/database/replica-set')
@RequireRole('viewer')
export class ReplicaSetController {
  constructor(
    private readonly replicaSet: ReplicaSetService,
    private readonly stepDowns: StepDownFlow,
    private readonly deployment: DeploymentKind,
    private readonly changes: ClusterChanges,
    private readonly jobs: JobRequests,
  ) {}

  /** The members as the primary sees them, their lag, the configuration and the window of the oplog. */
  @Get()
  @ApiOkResponse({ type: ReplicaSetDto })
  get(): Promise<ReplicaSetDto> {
    return this.replicaSet.view();
  }

  /** Adds a member: 202 and the job. It joins without a vote, and gets votes and priority once it has caught up. */
  @Post('members')
  @RequireRole('admin')
  @Problems('RECONFIGURATION_REFUSED')
  @HttpCode(202)
  @ApiAcceptedResponse()
  @ApiOkResponse({ type: ReconfigurationPlan, description: 'With dryRun' })
  async add(
    @Body() body: AddMemberDto,
    @Query() { dryRun }: DryRunQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView | ReconfigurationPlan> {
    const payload = { ...body, host: memberHost(body.host) };
    const plan = await this.replicaSet.planAdd(payload);
    if (dryRun === 'true') {
      void reply.status(200);
      return plan;
    }
    // The same call again, of whose first there is a job: that one is answered.
    const isRepeated = request.headers['idempotency-key'] !== undefined && isOnlyDuplicate(plan);
    if (!isRepeated) assertAllowed(plan.findings, 'RECONFIGURATION_REFUSED', '/host');
    return this.jobs.accept(replicaSetAddMember, payload, request, reply);
  }

  /** Changes votes, priority, visibility, delay or tags of a member, in one reconfiguration. */
  @Patch('members/:host')
  @RequireRole('admin')
  @Problems('MEMBER_NOT_FOUND', 'RECONFIGURATION_REFUSED', 'LEASE_HELD', 'LEASE_LOST')
  @ApiOkResponse(oneOf(ReconfigurationResult, ReconfigurationPlan))
  update(
    @Param('host') host: string,
    @Body() body: UpdateMemberDto,
    @Query() { dryRun }: DryRunQuery,
  ): Promise<ReconfigurationResult | ReconfigurationPlan> {
    return dryRun === 'true' ? this.replicaSet.planUpdate(host, body) : this.replicaSet.update(host, body);
  }

  /** Takes a member out, if a majority of the votes stays up. Its mongod runs on, without a set. */
  @Delete('members/:host')
  @RequireRole('admin')
  @Problems('MEMBER_NOT_FOUND', 'RECONFIGURATION_REFUSED', 'STEP_DOWN_REFUSED', 'LEASE_HELD', 'LEASE_LOST')
  @HttpCode(200)
  @ApiOkResponse(oneOf(ReconfigurationResult, ReconfigurationPlan))
  remove(
    @Param('host') host: string,
    @Query() { dryRun, stepDown }: RemoveMemberQuery,
  ): Promise<ReconfigurationResult | ReconfigurationPlan> {
    const mayStepDown = stepDown === 'true';
    return dryRun === 'true'
      ? this.replicaSet.planRemove(host, mayStepDown)
      : this.replicaSet.remove(host, mayStepDown);
  }

  /** Lets the primary step down, if somebody can take over, and waits until there is a new one. */
  @Post('step-down')
  @RequireRole('admin')
  @Problems('STEP_DOWN_REFUSED', 'CONFLICT', 'LEASE_HELD', 'LEASE_LOST')
  @HttpCode(200)
  @ApiOkResponse(oneOf(StepDownResult, StepDownPlanDto))
  async stepDown(
    @Body() body: StepDownDto,
    @Query() { dryRun }: DryRunQuery,
  ): Promise<StepDownResult | StepDownPlanDto> {
    await this.deployment.requireReplicaSet();
    const from = typeof body.from === 'string' ? { from: memberHost(body.from, '/from') } : {};
    const options = { seconds: body.seconds ?? 60, catchUpSeconds: body.catchUpSeconds ?? 10, ...from };
    const plan = await this.stepDowns.plan(options);
    if (dryRun === 'true') return { isAllowed: isAllowed(plan.findings), ...plan };
    const change = { action: 'replica-set.step-down', resource: `replica-set/members/${plan.primary ?? 'none'}` };
    return this.changes.run(change, (lease) => this.stepDowns.run(options, lease));
  }
}
