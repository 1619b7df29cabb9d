import { pino, type Logger as PinoLogger } from 'pino';
import { currentContext } from './request-context.ts';

export type Logger = PinoLogger;

/** Keys whose values never reach a log, at the top and one or two levels down. */
const SECRET_KEYS = [
  'password',
  'secret',
  'authorization',
  'apiKey',
  'token',
  'masterKey',
  'secretKey',
  'cookie',
  'uri',
];
const REDACTED_PATHS = [...SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), '*.headers["x-api-key"]'];

/** Hides the credentials of any URI inside a text: `mongodb://user:pw@host` becomes `mongodb://***@host`. */
export function redactText(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}

function serializeError(error: Error & { code?: unknown }): Record<string, unknown> {
  return {
    type: error.name,
    code: error.code,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause instanceof Error && { cause: serializeError(error.cause) }),
  };
}

/** A JSON logger (one line an event, UTC) that adds the correlation id, job and actor of the running request or job. */
export function createLogger(service: string, level = 'info', destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    serializers: { err: serializeError, error: serializeError },
    mixin() {
      const context = currentContext();
      return context ? { correlationId: context.correlationId, jobId: context.jobId, actor: context.actor?.id } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
