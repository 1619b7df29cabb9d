import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { randomText } from '@lucid/models/ids';
import { newChain, sealEntries, type AuditEntry, type ChainHead } from './audit-chain.ts';
import type { AuditRepository } from './audit.repository.ts';

/** So many are stored at once. */
const BATCH = 500;

interface Waiting {
  entry: AuditEntry;
  done: () => void;
}

/**
 * Stores entries one after the other, as the chain wants it, and many at once where many wait. What cannot be stored goes to the log,
 * and a new chain begins: nobody knows how much of the old one arrived.
 */
export class AuditTrail {
  private readonly repository: AuditRepository;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly service: string;
  private head: ChainHead;
  private waiting: Waiting[] = [];
  private storing: Promise<void> | undefined;

  constructor(repository: AuditRepository, service: string, clock: Clock, logger: Logger) {
    this.repository = repository;
    this.service = service;
    this.clock = clock;
    this.logger = logger;
    this.head = this.begin();
  }

  /** Resolves once the entry is stored, or stands in the log. */
  add(entry: AuditEntry): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ entry, done });
      this.storing ??= this.storeAll().finally(() => (this.storing = undefined));
    });
  }

  /** Resolves once nothing waits. */
  async drain(): Promise<void> {
    while (this.storing) await this.storing;
  }

  private begin(): ChainHead {
    return newChain(`${this.service}-${randomText(16)}`);
  }

  private async storeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      await this.store(batch.map(({ entry }) => entry));
      for (const { done } of batch) done();
    }
  }

  private async store(entries: readonly AuditEntry[]): Promise<void> {
    const sealed = sealEntries(entries, this.head);
    try {
      await this.repository.append(sealed);
      this.head = sealed.at(-1) ?? this.head;
    } catch (error) {
      for (const audit of entries) {
        this.logger.error({ err: error, audit }, 'the audit entry could not be stored and stands only here');
      }
      this.head = this.begin();
      return;
    }
    await this.repository.noteHead(this.head, this.clock.now()).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'how far the audit trail has come could not be noted; the next entry does it');
    });
  }
}
