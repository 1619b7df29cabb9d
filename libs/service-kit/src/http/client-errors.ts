import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '@lucid/core/app-error';
import { PROBLEM_TYPE, toProblem } from './problem.ts';

/** Of the line and the headers of a request together: a filter may have 16 KiB, and percent-encoding makes three bytes of one. */
export const MAX_HEADER_BYTES = 64 * 1024;

function toAppError(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('HEADERS_TOO_LARGE', `address and headers have more than ${MAX_HEADER_BYTES} bytes`);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('REQUEST_TIMEOUT', 'the request did not come in time');
  return new AppError('VALIDATION_FAILED', 'this is no HTTP request');
}

/** Answers what is not even a request, before there is a route, a hook or a key: a problem all the same, and the end of the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const shown = toAppError(error.code);
  const correlationId = randomUUID();
  const body = JSON.stringify(toProblem(shown, '/', correlationId));
  const head = [
    `HTTP/1.1 ${shown.status} ${STATUS_CODES[shown.status] ?? 'Refused'}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${correlationId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
