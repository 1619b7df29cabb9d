import { randomUUID } from 'node:crypto';
import type { Repository } from '@lucid/archive/repository';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { TokenBucket } from '@lucid/clients/object-store/token-bucket';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import type { RepositoryCheck } from '@lucid/models/control/repositories';
import { InjectClock, InjectControlDatabase, InjectLeases, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { openRepository, type OpenContext, type OpenedRepository } from './open-repository.ts';
import { inspectRepository } from './inspect-repository.ts';
import { ensureClusterId, RepositoryRecords } from './repositories.repository.ts';
import {
  DEFAULT_REPOSITORY,
  definitionsOf,
  mayHoldData,
  residencyRefused,
  type RepositoryDefinition,
} from './repository-definition.ts';
import { assertNewPlace, assertNewRepository, unusable } from './new-repository.ts';
import { reasonOf, type KnownRepository } from './repository-state.ts';

export { DEFAULT_REPOSITORY };

/** What a start waits for repositories other than `default`; they are opened all the same. */
const START_MS = 3_000;
/** Between looks at what was added elsewhere, and tries at what could not be opened. */
export const REFRESH_MS = 15_000;
/** What a repository may take to say whose it is, before it counts as out of reach. */
const LOOK_MS = 10_000;
/** Held while one is added: two must not get one place. */
const ADDING = 'repositories';

/**
 * The repositories of the cluster: `default` (BACKUP_STORAGE_PATH), `s3` (BACKUP_S3_…), and those added by REST, which every
 * process of the service comes to know. `default` must open for the service to start; any other that cannot be opened is
 * listed with the reason and tried again.
 */
@Injectable()
export class RepositoriesService implements OnModuleInit, OnApplicationShutdown {
  private readonly known = new Map<string, KnownRepository>();
  /** Forgotten, and perhaps still read by a job. */
  private readonly retired: OpenedRepository[] = [];
  private readonly opening = new Map<string, Promise<KnownRepository>>();
  /** Asked whether they are still there, and not answered yet. */
  private readonly looking = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly records: RepositoryRecords;
  private readonly shared: TokenBucket | undefined;
  private readonly listeners: ((name: string) => void)[] = [];
  private clusterId = '';
  private stopRefresh: () => void = () => undefined;

  constructor(
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectControlDatabase() private readonly controlDatabase: Db,
    private readonly catalogue: BackupCatalogue,
    @InjectLeases() private readonly leases: LeaseStore,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {
    const masters = [config.masterKey, ...config.previousKeys].filter((key) => key !== undefined);
    this.records = new RepositoryRecords(controlDatabase, masters);
    this.shared = config.bandwidthLimit === undefined ? undefined : new TokenBucket(config.bandwidthLimit, clock);
  }

  /** Opens `default`, or makes it. @throws AppError REPOSITORY_KEY_WRONG, REPOSITORY_MISMATCH, PERMISSION_DENIED … */
  async onModuleInit(): Promise<void> {
    this.clusterId = await ensureClusterId(this.controlDatabase);
    const [main, ...others] = await definitionsOf(this.config);
    this.known.set(main.name, await this.open(main));
    const rest = Promise.all([...others.map((other) => this.ensureOpen(other)), this.refresh()]);
    const started = new AbortController();
    const late = this.clock.sleep(START_MS, started.signal).catch(() => undefined);
    await Promise.race([rest, late]);
    started.abort();
    this.stopRefresh = this.clock.every(REFRESH_MS, () => void this.refresh());
  }

  /**
   * A repository that can be read. That it can be written too is found out by who writes: REPOSITORY_OWNED, RESIDENCY_REFUSED.
   * @throws AppError REPOSITORY_NOT_FOUND, or why it cannot be opened at present
   */
  get(name: string = DEFAULT_REPOSITORY): Repository {
    const found = this.known.get(name);
    if (found?.opened) return found.opened.repository;
    if (found?.reason) {
      const { code, detail } = found.reason;
      throw new AppError(code, `the repository ${name} cannot be opened: ${detail}`, { retryable: true });
    }
    const names = [...this.known.keys()].join(', ');
    throw new AppError('REPOSITORY_NOT_FOUND', `there is no repository ${name.slice(0, 100)}; there are ${names}`);
  }

  /** As `get`, but for one that another process may have added a moment ago. */
  async find(name: string = DEFAULT_REPOSITORY): Promise<Repository> {
    if (!this.known.get(name)?.opened) await this.refresh();
    return this.get(name);
  }

  /** Names of the repositories that can be read now, `default` first. */
  names(): string[] {
    return [...this.known].filter(([, { opened }]) => opened).map(([name]) => name);
  }

  /** All that are known, `default` first, then by name. */
  list(): KnownRepository[] {
    const rank = ({ definition: { name } }: KnownRepository): string => (name === DEFAULT_REPOSITORY ? '' : name);
    return [...this.known.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** @throws AppError REPOSITORY_NOT_FOUND */
  describe(name: string): KnownRepository {
    const found = this.known.get(name);
    if (found) return found;
    throw new AppError('REPOSITORY_NOT_FOUND', `there is no repository ${name.slice(0, 100)}`);
  }

  /** May backups be written there? @throws AppError REPOSITORY_NOT_FOUND, RESIDENCY_REFUSED */
  assertMayHoldData(name: string): void {
    const { definition } = this.describe(name);
    if (!mayHoldData(definition, this.config)) {
      throw residencyRefused(name, definition.region, this.config.dataRegion);
    }
  }

  /**
   * Opens or makes a repository and keeps it.
   * @throws AppError CONFLICT (the name is taken), LEASE_HELD (another is added at this moment), REPOSITORY_UNUSABLE with what is
   * wrong, RESIDENCY_REFUSED
   */
  async add(definition: RepositoryDefinition, takeOver: boolean): Promise<KnownRepository> {
    const lease = await this.leases.acquire(ADDING, `add-${randomUUID()}`);
    try {
      await this.refresh();
      if (this.known.has(definition.name)) {
        throw new AppError('CONFLICT', `there is a repository ${definition.name} already`);
      }
      await assertNewPlace(definition, this.list());
      return await this.openNew(definition, takeOver);
    } finally {
      await lease.release();
    }
  }

  /** Tells of every repository that is opened from now on, such as one that was added, or could not be reached before. */
  onOpened(listener: (name: string) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Forgets a repository that was added by REST; what it holds stays.
   * @throws AppError REPOSITORY_NOT_FOUND, REPOSITORY_IN_USE, LEASE_HELD (a job writes into it)
   */
  async forget(name: string): Promise<void> {
    const { definition } = this.describe(name);
    if (definition.origin === 'settings') {
      throw new AppError('REPOSITORY_IN_USE', `the repository ${name} comes from the settings of the service`);
    }
    const lease = await this.leases.acquire(`repository:${name}`, `forget-${randomUUID()}`);
    try {
      await this.records.remove(name);
      this.retire(name);
      for (const { _id: id } of await this.catalogue.ofRepository(name)) await this.catalogue.removeFrom(id, name);
    } finally {
      await lease.release();
    }
  }

  /** What the last checks found, by repository. */
  async lastChecks(): Promise<Map<string, RepositoryCheck>> {
    const records = await this.records.list();
    return new Map(records.flatMap(({ _id, lastCheck }) => (lastCheck ? [[_id, lastCheck] as const] : [])));
  }

  setLastCheck(name: string, check: RepositoryCheck): Promise<void> {
    return this.records.setLastCheck(name, check);
  }

  /** Looks again at one that changed hands or keys. */
  async reinspect(name: string): Promise<void> {
    const { definition, opened } = this.describe(name);
    if (opened) this.known.set(name, await this.inspect(definition, opened, false));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopRefresh();
    this.stopping.abort(new AppError('SERVICE_STOPPING', 'the service is stopping'));
    await Promise.allSettled(this.opening.values());
    const opened = [...this.known.values()].flatMap((one) => one.opened ?? []);
    await Promise.all([...opened, ...this.retired].map((one) => one.close()));
  }

  /** Brings what this process knows in line with the records, and tries those again that could not be opened. Never throws. */
  private async refresh(): Promise<void> {
    try {
      const before = [...this.known.values()];
      const records = (await this.records.list()).filter(({ origin }) => origin === 'added');
      const names = new Set(records.map(({ _id }) => _id));
      for (const { definition } of before) {
        if (definition.origin === 'added' && !names.has(definition.name)) this.retire(definition.name);
      }
      for (const record of records) await this.records.reseal(record);
      const missing = records.filter(({ _id }) => !this.known.get(_id)?.opened);
      const settings = [...this.known.values()].filter((one) => one.definition.origin === 'settings' && !one.opened);
      await Promise.all([
        ...missing.map((record) =>
          this.ensureOpen(this.records.describe(record), () => this.records.toDefinition(record)),
        ),
        ...settings.map(({ definition }) => this.ensureOpen(definition)),
        ...before.map((known) => this.look(known)),
      ]);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error({ err: error }, 'the repositories could not be looked up');
    }
  }

  /** Opens it unless that is under way; what fails is noted. Never throws. @param complete adds the access keys */
  private ensureOpen(
    definition: RepositoryDefinition,
    complete: () => RepositoryDefinition = () => definition,
  ): Promise<KnownRepository> {
    const { name } = definition;
    const present = this.opening.get(name);
    if (present) return present;
    const opening = Promise.resolve()
      .then(() => this.open(complete()))
      .catch((error: unknown): KnownRepository => {
        const before = this.known.get(name)?.reason?.code;
        const reason = reasonOf(error);
        if (before !== reason.code && !this.stopping.signal.aborted) {
          this.logger.error({ err: error, repository: name }, 'a repository cannot be opened; it is tried again');
        }
        return { definition, state: 'unreachable', reason, opened: undefined, owner: undefined, selfTest: undefined };
      })
      .then((known) => {
        // Opened by `add` in the meantime: that one is in use.
        if (known.opened && this.known.get(name)?.opened) this.retired.push(known.opened);
        else this.known.set(name, known);
        if (known.opened) this.tell(name);
        return known;
      })
      .finally(() => this.opening.delete(name));
    this.opening.set(name, opening);
    return opening;
  }

  private async openNew(definition: RepositoryDefinition, takeOver: boolean): Promise<KnownRepository> {
    const opened = await openRepository(definition, this.openContext(undefined)).catch((error: unknown) => {
      throw unusable(error);
    });
    try {
      assertNewRepository(definition, opened.repository.id, this.list());
      const known = await this.inspect(definition, opened, takeOver);
      await this.records.add(definition, this.clock.now());
      await this.records.setKnownId(definition, opened.repository.id);
      this.known.set(definition.name, known);
      this.tell(definition.name);
      return known;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  private async open(definition: RepositoryDefinition): Promise<KnownRepository> {
    const takeOver = this.config.takeOver && definition.origin === 'settings';
    const knownId = takeOver ? undefined : await this.records.knownId(definition);
    const opened = await openRepository(definition, this.openContext(knownId));
    try {
      if (opened.repository.id !== knownId) await this.records.setKnownId(definition, opened.repository.id);
      return await this.inspect(definition, opened, takeOver);
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  private inspect(
    definition: RepositoryDefinition,
    opened: OpenedRepository,
    takeOver: boolean,
  ): Promise<KnownRepository> {
    const logger = this.logger.child({ repository: definition.name });
    return inspectRepository(definition, opened, { clusterId: this.clusterId, takeOver, logger });
  }

  /** Is it still there, and whose? One that does not answer stays open: its calls are tried again for longer. Never throws. */
  private async look(before: KnownRepository): Promise<void> {
    const { definition, opened } = before;
    const { name } = definition;
    if (!opened || this.looking.has(name)) return;
    const note = (known: KnownRepository): void => {
      if (this.known.get(name)?.opened === opened) this.known.set(name, known);
    };
    const lost = (error: unknown): void => {
      if (this.stopping.signal.aborted) return;
      if (before.state !== 'unreachable')
        this.logger.error({ err: error, repository: name }, 'a repository is out of reach');
      note({ ...before, state: 'unreachable', reason: reasonOf(error) });
    };
    const answered = new AbortController();
    this.looking.add(name);
    const looked = opened.repository
      .owner()
      .then(async ({ clusterId, epoch }) => {
        answered.abort();
        const isSame = clusterId === before.owner?.clusterId && epoch === before.owner.epoch;
        if (!isSame || before.state === 'unreachable') note(await this.inspect(definition, opened, false));
      })
      .catch(lost)
      .finally(() => this.looking.delete(name));
    const late = this.clock.sleep(LOOK_MS, answered.signal).then(
      () => lost(new AppError('OBJECT_STORE_UNAVAILABLE', 'The repository does not answer.')),
      () => undefined,
    );
    await Promise.race([looked, late]);
    answered.abort();
  }

  private tell(name: string): void {
    for (const listener of this.listeners) listener(name);
  }

  private retire(name: string): void {
    const found = this.known.get(name);
    this.known.delete(name);
    if (found?.opened) this.retired.push(found.opened);
  }

  private openContext(knownId: string | undefined): OpenContext {
    const { config, clusterId, clock, logger, shared } = this;
    const source = this.known.get(DEFAULT_REPOSITORY)?.opened?.repository;
    return { config, clusterId, clock, logger, shared, source, knownId, signal: this.stopping.signal };
  }
}
