import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { isRole, roleAllows } from '@lucid/models/roles';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db, type Document } from 'mongodb';
import { CollectionCatalogue } from '../collections/collection-catalogue.ts';
import { readableName } from '../documents/document-collections.ts';
import { parseFields } from '../documents/query/parse-fields.ts';
import { parseFilter } from '../documents/query/parse-filter.ts';
import { parseSort } from '../documents/query/parse-sort.ts';
import type { ExplainBody, ExplanationDto } from './explain.dto.ts';
import { parsePipeline } from './parse-pipeline.ts';
import { summarize, withoutServer } from './read-plan.ts';

const DEFAULT_MS = 5_000;
const OF_FIND = ['filter', 'sort', 'fields', 'limit', 'skip'] as const;

/** How MongoDB would answer a query, or how it did. */
@Injectable()
export class ExplainService {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /**
   * @throws AppError VALIDATION_FAILED, FILTER_INVALID, NAMESPACE_INVALID, FORBIDDEN (also for a viewer who wants the query run),
   * COLLECTION_NOT_FOUND, QUERY_REFUSED, TIMEOUT
   */
  async explain(body: ExplainBody): Promise<ExplanationDto> {
    const { collection, maxTimeMs = DEFAULT_MS } = body;
    const verbosity = verbosityFor(body.verbosity);
    // What a filter matches tells of the documents.
    readableName(collection);
    const command = body.pipeline ? aggregateOf(body) : findOf(body);
    // Of one that is not there MongoDB would show a plan that reads nothing.
    await this.catalogue.get(collection);
    const raw = await this.run(command, verbosity, maxTimeMs);
    return {
      namespace: `${this.database.databaseName}.${collection}`,
      summary: summarize(raw),
      plan: toExtendedJson(withoutServer(raw)) as Record<string, unknown>,
    };
  }

  /** A command of our own making, as MongoDB explains it. @throws AppError QUERY_REFUSED, TIMEOUT */
  async run(command: Document, verbosity: string, maxTimeMS: number): Promise<Document> {
    try {
      return await this.database.command({ explain: command, verbosity, maxTimeMS });
    } catch (error) {
      throw toMongoAppError(error) ?? refused(error);
    }
  }
}

/** What is run can read a whole collection, whatever an index serves: that is not for those who only look on. */
function verbosityFor(asked: ExplainBody['verbosity']): NonNullable<ExplainBody['verbosity']> {
  const role = currentContext()?.actor?.role;
  const mayRun = isRole(role) && roleAllows(role, 'operator');
  const verbosity = asked ?? (mayRun ? 'executionStats' : 'queryPlanner');
  if (mayRun || verbosity === 'queryPlanner') return verbosity;
  const detail = `verbosity ${verbosity} runs the query, which needs the role operator: queryPlanner shows the plan`;
  throw new AppError('FORBIDDEN', detail);
}

function findOf({ collection, filter, sort, fields, limit, skip, hint }: ExplainBody): Document {
  const order = parseSort(sort);
  const projection = parseFields(fields);
  return {
    ...{ find: collection, filter: parseFilter(filter) },
    ...(order.length > 0 && { sort: new Map(order) }),
    ...(projection && { projection }),
    ...{
      ...(limit !== undefined && { limit }),
      ...(skip !== undefined && { skip }),
      ...(hint !== undefined && { hint }),
    },
  };
}

function aggregateOf(body: ExplainBody): Document {
  const beside = OF_FIND.filter((name) => body[name] !== undefined);
  if (beside.length > 0) {
    const errors = beside.map((name) => ({
      pointer: `/${name}`,
      code: 'EXCLUSIVE',
      message: 'belongs to a find: put it into the pipeline',
    }));
    throw new AppError('VALIDATION_FAILED', `beside a pipeline there is no ${beside.join(', ')}`, { errors });
  }
  const { collection, hint } = body;
  return {
    aggregate: collection,
    pipeline: parsePipeline(body.pipeline),
    cursor: {},
    ...(hint !== undefined && { hint }),
  };
}

/** The name of MongoDB's error is said, its text is not: it may hold values. */
function refused(error: unknown): unknown {
  if (!(error instanceof MongoServerError)) return error;
  const isHint = /hint provided does not correspond/.test(error.message);
  const detail = isHint
    ? 'hint names no index that can be used: there is none of this name, or it is hidden'
    : `MongoDB does not take the query (${error.codeName ?? String(error.code)}): check operators and the types of their values`;
  return new AppError('QUERY_REFUSED', detail, { cause: error });
}
