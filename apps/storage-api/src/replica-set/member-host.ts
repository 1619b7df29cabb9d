import { isIP } from 'node:net';
import { MEMBER_HOST } from '@lucid/jobs/contracts/replica-set-add-member';
import { AppError } from '@lucid/core/app-error';

const DEFAULT_PORT = 27017;
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/**
 * `host:port` as the configuration of a set names a member; without a port that of MongoDB is meant. Names as in RFC 1123, with
 * the underscore that container networks use. @throws AppError VALIDATION_FAILED with a pointer
 */
export function memberHost(text: string, pointer = '/host'): string {
  if (!MEMBER_HOST.test(text)) throw invalid(pointer, 'must be a host name or an address, with a port');
  const [, host = '', given] = /^(\[.*\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  const port = Number(given ?? DEFAULT_PORT);
  if (port < 1 || port > 65_535) throw invalid(pointer, 'must have a port from 1 to 65535');
  if (host.startsWith('[')) {
    if (isIP(host.slice(1, -1)) !== 6) throw invalid(pointer, 'has brackets around what is no IPv6 address');
  } else if (/^[\d.]+$/.test(host)) {
    if (isIP(host) !== 4) throw invalid(pointer, 'looks like an IPv4 address and is none');
  } else if (!host.split('.').every((label) => LABEL.test(label))) {
    throw invalid(pointer, 'is no host name: labels have 1 to 63 letters, digits and hyphens');
  }
  return `${host}:${String(port)}`;
}

/** The server lets either all members be localhost or none of them. */
export function isLocalHost(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host);
}

function invalid(pointer: string, problem: string): AppError {
  const message = `the host ${problem}`;
  return new AppError('VALIDATION_FAILED', message, { errors: [{ pointer, code: 'HOST', message }] });
}
