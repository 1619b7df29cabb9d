import { AppError, type FieldError } from '@lucid/core/app-error';
import { ERRORS, type ErrorCode } from '@lucid/models/errors';

/** Members of a problem document (RFC 9457) as far as a client needs them. */
interface Problem {
  code?: string;
  detail?: string;
  correlationId?: string;
  retryable?: boolean;
  errors?: FieldError[];
}

/** What a service refused, as the error that it threw itself; the correlation id finds the request in its log. */
export class ServiceProblem extends AppError {
  /** Status of the answer; that of `code`, unless the service is newer than this client and its code is not known here. */
  readonly answeredStatus: number;
  readonly correlationId: string | undefined;

  constructor(answeredStatus: number, problem: Problem, retryAfterSeconds: number | undefined) {
    const { code = '', detail, errors, retryable, correlationId } = problem;
    const known: ErrorCode = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL';
    super(known, detail ?? `the service answered ${answeredStatus}${code === '' ? '' : ` ${code}`}`, {
      ...(errors && { errors }),
      ...(retryable !== undefined && { retryable }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
    this.name = 'ServiceProblem';
    this.answeredStatus = answeredStatus;
    this.correlationId = correlationId;
  }
}

/** The problem of an answer that is none of success; also where something between here and the service answered. */
export async function readProblem(response: Response): Promise<ServiceProblem> {
  const isProblem = response.headers.get('content-type')?.includes('json') === true;
  const body = isProblem ? ((await response.json().catch(() => ({}))) as Problem) : {};
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ServiceProblem(response.status, body, Number.isFinite(wait) ? wait : undefined);
}
