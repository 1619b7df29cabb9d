import { AppError } from '@lucid/core/app-error';

export interface MongodbAddress {
  readonly host: string;
  readonly port: number;
}

/** What the raw client needs of a connection string (https://www.mongodb.com/docs/manual/reference/connection-string/). */
export interface MongodbUri {
  readonly hosts: readonly MongodbAddress[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly authSource: string;
  readonly replicaSet: string | undefined;
  readonly tls: boolean;
}

/** @throws AppError CONFIG_INVALID; the text never repeats the URI, which holds the password */
export function parseMongodbUri(uri: string): MongodbUri {
  const match = /^mongodb:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri);
  if (!match?.[3]) throw invalid('is not of the form mongodb://user:password@host:port/?replicaSet=name');
  const query = new URLSearchParams(match[5] ?? '');
  const mechanism = query.get('authMechanism');
  if (mechanism !== null && mechanism !== 'SCRAM-SHA-256')
    throw invalid('asks for a mechanism other than SCRAM-SHA-256');
  return {
    hosts: match[3].split(',').map(parseAddress),
    username: decoded(match[1]),
    password: decoded(match[2]),
    authSource: query.get('authSource') ?? (decoded(match[4]) || 'admin'),
    replicaSet: query.get('replicaSet') ?? undefined,
    tls: query.get('tls') === 'true' || query.get('ssl') === 'true',
  };
}

/** `host`, `host:port` or `[v6]:port`. @throws AppError CONFIG_INVALID */
export function parseAddress(text: string): MongodbAddress {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(match?.[2] ?? 27017);
  if (!match?.[1] || port < 1 || port > 65_535) throw invalid('names a host that is not host:port');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('holds a per cent sign that is not an escape');
  }
}

function invalid(problem: string): AppError {
  return new AppError('CONFIG_INVALID', `The MongoDB URI ${problem}.`);
}
