import { Injectable } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';
import { InjectMainDatabase } from '../tokens.ts';

/** One line of the audit trail (collection `audit_logs`, requirements of the main database). */
export interface AuditEntry {
  at: Date;
  actor: string;
  role: string;
  /** Method and route pattern, e.g. `POST /api/v1/backups/create`. */
  action: string;
  /** The address that was called, without its query. */
  resource: string;
  outcome: 'succeeded' | 'refused' | 'failed';
  status: number;
  code: string | null;
  correlation_id: string;
  service: string;
}

/** The only place that writes the collection `audit_logs`; entries are added and never changed. */
@Injectable()
export class AuditRepository {
  private readonly entries: Collection<AuditEntry>;

  constructor(@InjectMainDatabase() database: Db) {
    this.entries = database.collection('audit_logs', { writeConcern: { w: 'majority' } });
  }

  async append(entry: AuditEntry): Promise<void> {
    await this.entries.insertOne(entry);
  }
}
