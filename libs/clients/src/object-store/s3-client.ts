import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { AppError } from '@lucid/core/app-error';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A bucket, and how it is reached. */
export interface S3Location {
  /** `https://s3.example.com`; undefined: Amazon's endpoint of the region. */
  readonly endpoint?: string;
  readonly bucket: string;
  readonly region: string;
  /** Before every key, e.g. `lucid/backups`; none: the bucket holds nothing else. */
  readonly prefix?: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Certificates (PEM) that the endpoint's is checked against instead of the system's. */
  readonly ca?: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; default: where an endpoint is named. */
  readonly pathStyle?: boolean;
}

const CONNECT_MS = 10_000;
/** More calls than the archive has in flight; further ones wait for a connection. */
const MAX_SOCKETS = 32;

/**
 * A client that tries once: retries are the wrapper's. It sends and checks CRC-32 checksums where the store has them.
 * @throws AppError CONFIG_INVALID where the endpoint is no address
 */
export function createS3Client(location: S3Location): S3Client {
  const { endpoint, region, accessKey, secretKey, ca, pathStyle } = location;
  if (endpoint !== undefined && !isAddress(endpoint)) {
    throw new AppError(
      'CONFIG_INVALID',
      'The endpoint of an object store is an address such as https://s3.example.com.',
    );
  }
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
      httpsAgent: new HttpsAgent({
        keepAlive: true,
        maxSockets: MAX_SOCKETS,
        minVersion: 'TLSv1.2', // Object stores that others run; everything that is stored is encrypted before it is sent.
        ...(ca !== undefined && { ca }),
      }),
    }),
    logger: { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
}

function isAddress(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, username, password, search, hash } = new URL(endpoint);
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash;
}

function nothing(): void {
  // The client's own lines may hold headers.
}
