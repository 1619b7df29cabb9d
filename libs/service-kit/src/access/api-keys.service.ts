import { hash as digestOf, randomBytes } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Actor } from '@lucid/core/request-context';
import { newId } from '@lucid/models/ids';
import { Injectable } from '@nestjs/common';
import { InjectClock } from '../tokens.ts';
import { ApiKeysRepository, type ApiKeyRecord } from './api-keys.repository.ts';
import type { Role } from '@lucid/models/roles';

/** How long a looked-up key is trusted without asking again, and so how late a revocation takes effect elsewhere. */
const CACHE_MS = 30_000;
/** A bound on remembered keys, so that guessing keys cannot fill the memory. */
const CACHE_ENTRIES = 10_000;

interface ApiKeyActor {
  readonly id: string;
  readonly role: Role;
}

interface CachedLookup {
  actor: ApiKeyActor | null;
  untilMs: number;
}

export interface CreatedApiKey {
  id: string;
  name: string;
  role: Role;
  /** The key itself: shown once, never stored. */
  key: string;
  createdAt: Date;
}

function hashOf(key: string): string {
  return digestOf('sha256', key, 'hex');
}

/** Creates, finds and revokes API keys. */
@Injectable()
export class ApiKeysService {
  private readonly lookups = new Map<string, CachedLookup>();

  constructor(
    private readonly repository: ApiKeysRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Makes the key of LUCID_BOOTSTRAP_API_KEY known as an admin key; one that was revoked stays revoked. */
  async ensureBootstrapKey(key: string | undefined): Promise<void> {
    await this.repository.ensureIndexes();
    if (key === undefined) return;
    await this.repository.createIfAbsent(this.newRecord(key, 'bootstrap', 'admin', 'system'));
  }

  async create(name: string, role: Role, by: Actor): Promise<CreatedApiKey> {
    const key = `lucid_${randomBytes(32).toString('base64url')}`;
    const record = this.newRecord(key, name, role, by.id);
    await this.repository.create(record);
    return { id: record._id, name, role, key, createdAt: record.createdAt };
  }

  /**
   * Who presents this key, or null: at once where it is remembered, so that most requests wait for no promise.
   * @throws AppError MONGODB_UNAVAILABLE when it is not remembered and cannot be asked.
   */
  authenticate(key: string): ApiKeyActor | null | Promise<ApiKeyActor | null> {
    const hash = hashOf(key);
    const remembered = this.lookups.get(hash);
    return remembered && remembered.untilMs > this.clock.monotonicMs() ? remembered.actor : this.lookUp(hash);
  }

  private async lookUp(hash: string): Promise<ApiKeyActor | null> {
    const nowMs = this.clock.monotonicMs();
    const record = await this.repository.findByHash(hash);
    const actor = record && record.revokedAt === null ? { id: record._id, role: record.role } : null;
    if (this.lookups.size >= CACHE_ENTRIES) this.lookups.clear();
    this.lookups.set(hash, { actor, untilMs: nowMs + CACHE_MS });
    return actor;
  }

  list(limit: number, after?: string): Promise<ApiKeyRecord[]> {
    return this.repository.list(limit, after);
  }

  /** @throws AppError API_KEY_NOT_FOUND */
  async revoke(id: string): Promise<ApiKeyRecord> {
    const record = await this.repository.revoke(id, this.clock.now());
    if (!record) throw new AppError('API_KEY_NOT_FOUND', `there is no API key ${id}`);
    this.lookups.delete(record.hash);
    return record;
  }

  private newRecord(key: string, name: string, role: Role, createdBy: string): ApiKeyRecord {
    return {
      _id: newId('key'),
      name,
      role,
      hash: hashOf(key),
      createdAt: this.clock.now(),
      createdBy,
      revokedAt: null,
    };
  }
}
