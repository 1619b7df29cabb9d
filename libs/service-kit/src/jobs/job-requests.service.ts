import type { JobContract } from '@lucid/jobs/contracts/job-contract';
import { toJobView, type JobView } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a client may send as Idempotency-Key. */
const KEY = /^[\x21-\x7e]{1,128}$/;

/** Turns a request into a job: the record with its caller, `202 Accepted`, and the job's address. */
@Injectable()
export class JobRequests {
  constructor(private readonly jobs: JobService) {}

  /** @throws AppError VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED, MONGODB_UNAVAILABLE */
  async accept<P extends object, R extends object>(
    contract: JobContract<P, R>,
    payload: P,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<JobView> {
    const context = currentContext();
    if (!context?.actor) throw new AppError('UNAUTHENTICATED', 'the caller is not known');
    const record = await this.jobs.request(contract, payload, {
      actor: context.actor,
      correlationId: context.correlationId,
      idempotencyKey: this.idempotencyKey(request),
    });
    void reply.status(202).header('location', `/api/v1/jobs/${record.id}`);
    return toJobView(record);
  }

  private idempotencyKey(request: FastifyRequest): string | undefined {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return undefined;
    if (typeof key === 'string' && KEY.test(key)) return key;
    const errors = [
      { pointer: '/headers/idempotency-key', code: 'FORMAT', message: '1 to 128 visible ASCII characters' },
    ];
    throw new AppError('VALIDATION_FAILED', 'Idempotency-Key must be 1 to 128 visible ASCII characters', { errors });
  }
}
