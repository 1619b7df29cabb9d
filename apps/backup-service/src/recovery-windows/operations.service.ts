import { AppError } from '@lucid/core/app-error';
import { decodeCursor, encodeCursor } from '@lucid/service-kit/http/page';
import { Injectable } from '@nestjs/common';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { type FoundOperation, type OperationPlace, searchOperations } from './operations-search.ts';
import { endOfSecond } from './recovery-window.ts';
import type { OperationsQuery, OperationsView, OperationView } from './recovery-windows.dto.ts';
import { toMoment } from './recovery-windows.view.ts';

const LIST = 'oplog-operations';
const BEGINNING = { t: 0, i: 0 };
const END = { t: 0xffff_ffff, i: 0xffff_ffff };

/** Finds operations in the oplog slices, for a restore to just before one of them. */
@Injectable()
export class OperationsService {
  constructor(private readonly repositories: RepositoriesService) {}

  /** @throws AppError NOT_FOUND (no slices), BAD_CURSOR, CHUNK_MISSING, CHUNK_CORRUPT */
  async search(query: OperationsQuery): Promise<OperationsView> {
    const { namespace, kind, from, to, limit, cursor } = query;
    const after = readPlace(cursor, query);
    const stream = query.replicaSet ?? (await this.newestStream());
    const { items, next } = await searchOperations(this.repositories.get().slices(stream), {
      ...(namespace !== undefined && { namespace }),
      ...(kind !== undefined && { kind }),
      ...(after && { after }),
      from: from === undefined ? BEGINNING : { t: endOfSecond(from).t, i: 0 },
      to: to === undefined ? END : endOfSecond(to),
      limit,
    });
    return { items: items.map(toView), page: { limit, nextCursor: next ? writePlace(next, query) : null } };
  }

  private async newestStream(): Promise<string> {
    const repository = this.repositories.get();
    const ends: { stream: string; t: number }[] = [];
    for (const stream of await repository.listSliceStreams()) {
      const ranges = await repository.slices(stream).list();
      ends.push({ stream, t: Math.max(0, ...ranges.map(({ to }) => to.t)) });
    }
    const newest = ends.sort((a, b) => a.t - b.t).at(-1);
    if (newest) return newest.stream;
    throw new AppError('NOT_FOUND', 'No part of the oplog has been captured yet (BACKUP_PITR_ENABLED).');
  }
}

function toView({ place, before, kind, namespace, to, id, isInTransaction }: FoundOperation): OperationView {
  return {
    time: toMoment({ t: place.t, i: place.i }),
    ...{ before, kind, namespace, isInTransaction },
    ...(to !== undefined && { to }),
    ...(id !== undefined && { id }),
  };
}

/** A cursor belongs to its query: with other filters it would pass over what it has not seen. */
function listName({ namespace, kind, from, to, replicaSet }: OperationsQuery): string {
  return JSON.stringify([LIST, namespace, kind, from, to, replicaSet]);
}

function writePlace({ t, i, n }: OperationPlace, query: OperationsQuery): string {
  return encodeCursor(listName(query), { at: `${t}.${i}`, id: String(n) });
}

function readPlace(cursor: string | undefined, query: OperationsQuery): OperationPlace | undefined {
  const position = decodeCursor(listName(query), cursor);
  if (!position) return undefined;
  const [t, i] = position.at.split('.').map(Number);
  const n = Number(position.id);
  if (Number.isSafeInteger(t) && Number.isSafeInteger(i) && Number.isSafeInteger(n)) return { t: t ?? 0, i: i ?? 0, n };
  throw new AppError('BAD_CURSOR', 'the cursor does not belong to this list; start again without one');
}
