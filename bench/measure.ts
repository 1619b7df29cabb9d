/** What one comparison came to: `ratio` is ours over the peer's, in the unit of the name. */
export interface BenchResult {
  name: string;
  ours: number;
  peer: number;
  ratio: number;
  better: 'higher' | 'lower';
  goal: string;
  n: number;
  /** Smallest and largest ratio of the pairs. */
  spread: [number, number];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function round(value: number): number {
  return Number(value.toPrecision(4));
}

export interface Pair {
  ours: number;
  peer: number;
}

/** Runs `ours` and `peer` in turn, A B A B …, after one uncounted round of both; each gives its figure. */
export async function interleave(
  runs: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
  say: (line: string) => void,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const pair = { ours: await ours(), peer: await peer() };
    say(`${run === 0 ? 'warm-up' : `run ${run}`}: ours ${round(pair.ours)}, peer ${round(pair.peer)}`);
    if (run > 0) pairs.push(pair);
  }
  return pairs;
}

export function toResult(
  name: string,
  pairs: readonly Pair[],
  better: BenchResult['better'],
  goal: string,
): BenchResult {
  const ratios = pairs.map((pair) => pair.ours / pair.peer);
  return {
    name,
    ours: round(median(pairs.map((pair) => pair.ours))),
    peer: round(median(pairs.map((pair) => pair.peer))),
    ratio: round(median(ratios)),
    better,
    goal,
    n: pairs.length,
    spread: [round(Math.min(...ratios)), round(Math.max(...ratios))],
  };
}

/** The table for people, and the one JSON line that ends every benchmark. */
export function report(bench: string, results: readonly BenchResult[]): void {
  console.table(
    results.map(({ spread, ...rest }) => ({ ...rest, spread: `${spread[0]}–${spread[1]}` })),
    ['name', 'ours', 'peer', 'ratio', 'better', 'goal', 'n', 'spread'],
  );
  console.log(JSON.stringify({ bench, results }));
}

/** The value of `--name VALUE` among the arguments. */
export function numberOption(args: readonly string[], name: string, fallback: number): number {
  const index = args.indexOf(`--${name}`);
  const value = index === -1 ? fallback : Number(args[index + 1]);
  if (!(value > 0)) throw new Error(`--${name} must be followed by a number, for example --${name} ${fallback}`);
  return value;
}

/** Rejects at the first SIGINT or SIGTERM, so that what a benchmark started is stopped by its `finally`. */
export function untilStopped(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`${signal}: stopped`)));
  });
}
