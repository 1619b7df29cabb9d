import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { serialize } from 'bson';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore, ProcessStore, Turns, dyingStore } from './simulated-store.ts';

const options: CreateOptions = {
  masterKey: parseMasterKey(randomBytes(32).toString('hex')),
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'none',
  chunker: { packBytes: 1, minBytes: 64, averageBytes: 200, maxBytes: 400 },
  workers: 0,
};
const assertHeld = (): Promise<void> => Promise.resolve();

/** One stream of one chunk; backups share chunks because they take their streams from a small number. */
const contents = Array.from({ length: 5 }, (_, i) =>
  Buffer.from(serialize({ _id: i, text: `content ${i} `.repeat(4) })),
);

type Step =
  | { kind: 'backup'; streams: number[]; dieAt: number; isZombie: boolean; pause: number }
  | { kind: 'remove'; which: number }
  | { kind: 'collect'; dieAt: number }
  | { kind: 'settle' };

const NEVER = 1_000_000;
const dieAt = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NEVER) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('backup' as const),
      // Few of them: what no snapshot names any more is what this is about.
      streams: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }),
      dieAt,
      isZombie: fc.boolean(),
      // Turns that pass before it writes: whole cycles of collection may.
      pause: fc.constantFrom(0, 200, 1_000, 2_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('collect' as const), dieAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);

/** Several processes on one store, each with its own view of it. */
class World {
  readonly store = new MemoryStore();
  readonly turns: Turns;
  readonly #opened: Repository[] = [];
  /** Looks at what is there, without waiting for a turn. */
  #observer: Repository | undefined;
  /** The process that does not die. */
  #living: Repository | undefined;
  /** Snapshots whose jobs the callers of the collector take for alive. */
  readonly alive = new Set<string>();
  /** What must be readable: reported as committed, and not removed. */
  readonly committed = new Set<string>();
  readonly removed = new Set<string>();
  #next = 0;

  constructor(seed: number) {
    this.turns = new Turns(seed);
  }

  async create(): Promise<void> {
    this.#observer = await Repository.create(this.store, options);
    const turn = (): Promise<void> => this.turns.wait();
    this.#living = await Repository.open(new ProcessStore(this.store, turn), options);
    this.#opened.push(this.#observer, this.#living);
  }

  get observer(): Repository {
    return this.#observer as Repository;
  }

  async open(dies: number): Promise<Repository> {
    if (dies === NEVER) return this.#living as Repository;
    const repository = await Repository.open(
      dyingStore(this.store, dies, () => this.turns.wait()),
      options,
    );
    this.#opened.push(repository);
    return repository;
  }

  async backup({ streams, dieAt: dies, isZombie, pause }: Extract<Step, { kind: 'backup' }>): Promise<void> {
    const id = `s${this.#next++}`;
    if (!isZombie) this.alive.add(id);
    try {
      const writer = await (await this.open(dies)).beginSnapshot({ id, fencingToken: 1, assertHeld });
      try {
        for (let i = 0; i < pause; i++) await this.turns.wait();
        for (const one of streams) {
          const stream = writer.openStream(`${one}`, { kind: 'bson' });
          await stream.write(contents[one]!);
          await stream.end(null);
        }
        await writer.commit(null);
        if (!this.removed.has(id)) this.committed.add(id);
      } finally {
        await writer.abort();
      }
    } finally {
      this.alive.delete(id);
    }
  }

  async remove(which: number): Promise<void> {
    const id = [...this.committed][which % (this.committed.size || 1)];
    if (id === undefined) return;
    this.committed.delete(id);
    this.removed.add(id);
    await (await this.open(NEVER)).removeSnapshot(id);
  }

  async collect(dies: number): Promise<string> {
    const repository = await this.open(dies);
    const { phase } = await repository.collectGarbage({ assertHeld, isAlive: (id) => this.alive.has(id) });
    return phase;
  }

  /** Until nothing is left to do. @returns the phase of each cycle */
  async collectAll(): Promise<string[]> {
    const phases: string[] = [];
    while (phases.at(-1) !== 'clean' && phases.length < 6) phases.push(await this.collect(NEVER));
    return phases;
  }

  async removeAll(): Promise<void> {
    // One that nobody else has, so that there is something to remove.
    await this.backup({ kind: 'backup', streams: [4], dieAt: NEVER, isZombie: false, pause: 0 });
    for (const { id } of await this.observer.listSnapshots()) {
      this.committed.delete(id);
      this.removed.add(id);
      await (await this.open(NEVER)).removeSnapshot(id);
    }
  }

  /** Every snapshot that is there can be read, and all that must be there is. */
  async assertWhole(): Promise<string[]> {
    const expected = [...this.committed];
    const repository = this.observer;
    const found = (await repository.listSnapshots()).map(({ id }) => id);
    for (const id of found) {
      if (!this.removed.has(id)) await repository.verify(id, 'plaintext');
    }
    expect(found).toEqual(expect.arrayContaining(expected.filter((id) => !this.removed.has(id))));
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((repository) => repository.close()));
  }
}

/** What a step may end with: its process died, or the snapshot was given to the dead. */
async function tolerant(running: Promise<unknown>): Promise<void> {
  try {
    await running;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    if (message !== 'the process died' && code !== 'LEASE_LOST') throw error;
  }
}

async function run(world: World, steps: readonly Step[]): Promise<void> {
  await world.create();
  // One generation has passed, so chunks are of several, and the first ones are condemned while others rely on them.
  for (const streams of [[0, 1], [2, 3], [4]]) {
    await world.backup({ kind: 'backup', streams, dieAt: NEVER, isZombie: false, pause: 0 });
  }
  await world.remove(2);
  for (let cycle = 0; cycle < 2; cycle++) await world.collect(NEVER);
  let running: Promise<void>[] = [];
  for (const one of steps) {
    if (one.kind === 'backup') running.push(tolerant(world.backup(one)));
    if (one.kind === 'remove') running.push(tolerant(world.remove(one.which)));
    if (one.kind === 'collect') running.push(tolerant(world.collect(one.dieAt)));
    for (let i = world.turns.random(40); i > 0; i--) await world.turns.wait();
    if (one.kind === 'settle' || running.length >= 8) {
      await Promise.all(running);
      running = [];
      await world.assertWhole();
    }
  }
  await Promise.all(running);
}

/** The chunks that the snapshots name are there, each once, and nothing else is. */
async function assertTidy(world: World): Promise<void> {
  const found = await world.assertWhole();
  const needed = new Set<string>();
  for (const id of found) {
    for (const { name } of (await world.observer.readSnapshot(id)).manifest.streams) needed.add(name);
  }
  expect(world.store.keys('chunks/')).toHaveLength(needed.size);
  expect(world.store.keys('intents/')).toEqual([]);
  expect(world.store.keys('snapshots/')).toHaveLength(found.length * 2);
}

describe('Garbage collection', () => {
  it('never loses a chunk that a snapshot names, and leaves no orphan, however processes overlap and die', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), fc.integer(), async (steps, seed) => {
        const world = new World(seed);
        try {
          await run(world, steps);
          await world.assertWhole();
          await world.collectAll();
          await assertTidy(world);
          // What is left goes the same way, and then there is nothing.
          await world.removeAll();
          expect(await world.collectAll()).toEqual(['condemned', 'deleted', 'clean']);
          expect(world.store.keys('chunks/')).toEqual([]);
        } finally {
          await world.close();
        }
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });
});
