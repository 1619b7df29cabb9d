import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AppError } from '@lucid/core/app-error';
import { systemClock, type Clock } from '@lucid/core/clock';
import {
  assertObjectKey,
  assertPrefix,
  isObjectKey,
  type ByteRange,
  type CallOptions,
  type ObjectStat,
  type SortedObjectStore,
} from './object-store.ts';
import { createS3Client, type S3Location } from './s3-client.ts';
import { nameOfFailure, statusOfFailure, toObjectStoreError } from './s3-errors.ts';

/** What every call may take, and what each byte may take on top: 64 KiB/s is the slowest line that is worth waiting for. */
const CALL_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 64;
/** More than any object of a repository, its largest manifest included. */
const MAX_OBJECT_BYTES = 1024 ** 3;

export interface S3StoreOptions {
  readonly clock?: Clock;
  /** What a call may take, apart from its bytes (30 s). */
  readonly callTimeoutMs?: number;
}

/**
 * Objects in a bucket of an S3 store. Creation is `PutObject` with `If-None-Match: *`, so the store itself lets the first of
 * racing writers win; `probeConditionalWrites` finds out one that ignores it. A call is tried once, with a time-out; every
 * failure is an AppError that holds neither key nor host. A body shorter than announced is a failure, never data.
 * @throws AppError OBJECT_STORE_UNAVAILABLE (also a time-out), PERMISSION_DENIED, STORAGE_FULL, CONFIG_INVALID, ENGINE_UNSUITABLE
 */
export class S3ObjectStore implements SortedObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #callTimeoutMs: number;
  readonly #closed = new AbortController();

  private constructor(location: S3Location, { clock = systemClock, callTimeoutMs = CALL_MS }: S3StoreOptions) {
    const prefix = (location.prefix ?? '').replace(/^\/+|\/+$/g, '');
    if (prefix && !isObjectKey(prefix)) {
      throw new AppError('CONFIG_INVALID', 'The prefix of an object store has parts of A-Z a-z 0-9 . _ - joined by /.');
    }
    this.#client = createS3Client(location);
    this.#bucket = location.bucket;
    this.#prefix = prefix && `${prefix}/`;
    this.#clock = clock;
    this.#callTimeoutMs = callTimeoutMs;
  }

  /** Makes sure that the bucket is there and may be read. */
  static async open(location: S3Location, options: S3StoreOptions & CallOptions = {}): Promise<S3ObjectStore> {
    const store = new S3ObjectStore(location, options);
    try {
      await store.#assertBucket(options);
      return store;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  async get(key: string, range?: ByteRange, options: CallOptions = {}): Promise<Buffer | undefined> {
    const name = this.#name(key);
    if (range?.length === 0) return (await this.stat(key, options)) && Buffer.alloc(0);
    const Range = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
    const expectedBytes = range?.length ?? 0;
    return this.#call(options, expectedBytes, async (signal, extend) => {
      try {
        const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name, Range }), {
          abortSignal: signal,
        });
        extend(answer.ContentLength ?? 0);
        return await readBody(answer, range, signal);
      } catch (error) {
        if (nameOfFailure(error) === 'NoSuchKey') return undefined;
        // The object is there, and the range begins at or after its end.
        if (nameOfFailure(error) === 'InvalidRange') return Buffer.alloc(0);
        throw error;
      }
    });
  }

  async putIfAbsent(key: string, bytes: Uint8Array, options: CallOptions = {}): Promise<boolean> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: this.#name(key),
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: 'application/octet-stream',
      IfNoneMatch: '*',
    });
    return this.#call(options, bytes.length, async (abortSignal) => {
      try {
        await this.#client.send(command, { abortSignal });
        return true;
      } catch (error) {
        if (statusOfFailure(error) === 412) return false;
        throw error;
      }
    });
  }

  list(prefix: string, options?: CallOptions): AsyncIterable<string> {
    return this.listAfter(prefix, undefined, options);
  }

  async *listAfter(prefix: string, after: string | undefined, options: CallOptions = {}): AsyncIterable<string> {
    assertPrefix(prefix);
    const StartAfter = after && this.#prefix + after;
    let token: string | undefined;
    do {
      const page = await this.#call(options, 0, (abortSignal) =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token ? { ContinuationToken: token } : { StartAfter }),
          }),
          { abortSignal },
        ),
      );
      for (const { Key = '' } of page.Contents ?? []) {
        const key = Key.slice(this.#prefix.length);
        // What others put there, such as the markers of folders, is no object of ours.
        if (isObjectKey(key)) yield key;
      }
      if (page.IsTruncated && !page.NextContinuationToken) throw brokenOff();
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async stat(key: string, options: CallOptions = {}): Promise<ObjectStat | undefined> {
    const name = this.#name(key);
    return this.#call(options, 0, async (abortSignal) => {
      try {
        const { ContentLength } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: name }), {
          abortSignal,
        });
        return { key, sizeBytes: ContentLength ?? 0 };
      } catch (error) {
        if (statusOfFailure(error) !== 404) throw error;
        return await this.#assertAbsent(name, abortSignal);
      }
    });
  }

  async remove(key: string, options: CallOptions = {}): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#name(key) });
    await this.#call(options, 0, async (abortSignal) => {
      try {
        await this.#client.send(command, { abortSignal });
      } catch (error) {
        if (nameOfFailure(error) !== 'NoSuchKey') throw error;
      }
    });
  }

  /** Nothing to do: S3 answers a write, or a removal, once it survives (https://docs.aws.amazon.com/AmazonS3/latest/userguide/DataDurability.html). */
  async flush(): Promise<void> {
    // See above.
  }

  /** Ends every call under way and the connections. May be called twice. */
  close(): void {
    this.#closed.abort(new AppError('OBJECT_STORE_UNAVAILABLE', 'The object store was closed.', { retryable: false }));
    this.#client.destroy();
  }

  #name(key: string): string {
    assertObjectKey(key);
    return this.#prefix + key;
  }

  /** HEAD has no body, so 404 may also mean: no bucket, or (versitygw) no such access key. GET says which. */
  async #assertAbsent(name: string, abortSignal: AbortSignal): Promise<undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }), {
        abortSignal,
      });
      (answer.Body as Readable | undefined)?.destroy();
      throw brokenOff(); // It was made between the two.
    } catch (error) {
      if (nameOfFailure(error) !== 'NoSuchKey') throw error;
    }
  }

  async #assertBucket(options: CallOptions): Promise<void> {
    await this.#call(options, 0, async (abortSignal) => {
      const Bucket = this.#bucket;
      try {
        await this.#client.send(new HeadBucketCommand({ Bucket }), { abortSignal });
      } catch {
        // A listing says with a code what HEAD can only say with a status.
        await this.#client.send(new ListObjectsV2Command({ Bucket, Prefix: this.#prefix, MaxKeys: 1 }), {
          abortSignal,
        });
      }
    });
  }

  async #call<T>(
    { signal }: CallOptions,
    bytes: number,
    action: (signal: AbortSignal, extend: (bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const over = new AbortController();
    const all = AbortSignal.any([over.signal, this.#closed.signal, ...(signal ? [signal] : [])]);
    const timer = new AbortController();
    const startedMs = this.#clock.monotonicMs();
    let allowedMs = this.#callTimeoutMs + bytes / SLOWEST_BYTES_PER_MS;
    const extend = (more: number): void => {
      allowedMs = Math.max(allowedMs, this.#callTimeoutMs + more / SLOWEST_BYTES_PER_MS);
    };
    const watch = async (): Promise<void> => {
      for (let leftMs = allowedMs; leftMs > 0; leftMs = startedMs + allowedMs - this.#clock.monotonicMs()) {
        await this.#clock.sleep(leftMs, timer.signal);
      }
      over.abort(new AppError('OBJECT_STORE_UNAVAILABLE', 'The object store did not answer in time.'));
    };
    watch().catch(() => undefined); // The timer was ended with the call.
    try {
      all.throwIfAborted();
      return await action(all, extend);
    } catch (error) {
      if (all.aborted) throw all.reason;
      throw toObjectStoreError(error);
    } finally {
      timer.abort();
    }
  }
}

/** The whole body in memory of its own. @throws AppError OBJECT_STORE_UNAVAILABLE where it is shorter or longer than announced */
async function readBody(
  { Body, ContentLength }: GetObjectCommandOutput,
  range: ByteRange | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const body = Body as Readable | undefined;
  if (!body || ContentLength === undefined) throw brokenOff();
  const stop = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (ContentLength > (range?.length ?? MAX_OBJECT_BYTES)) {
      throw new AppError('ENGINE_UNSUITABLE', 'The object store answered with more than was asked for.');
    }
    const buffer = Buffer.allocUnsafeSlow(ContentLength);
    let filled = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      if (filled + part.length > buffer.length) throw brokenOff();
      filled += part.copy(buffer, filled);
    }
    if (filled !== buffer.length) throw brokenOff();
    return buffer;
  } finally {
    signal.removeEventListener('abort', stop);
    body.destroy();
  }
}

function brokenOff(): AppError {
  return new AppError('OBJECT_STORE_UNAVAILABLE', 'The object store broke off in the middle of an answer.');
}
