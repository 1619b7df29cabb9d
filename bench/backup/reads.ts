import { DATABASE, type Rig } from './rig.ts';

const READERS = 4;
const PAUSE_MS = 5;

/** Reads documents by `_id` on the primary until `until` resolves, as a few clients would. @returns the 95th percentile, ms */
export async function readLatencyP95({ mongo }: Rig, until: Promise<unknown>): Promise<number> {
  const sessions = mongo.db(DATABASE).collection('sessions', { readPreference: 'primary' });
  const ids = (await sessions.aggregate([{ $sample: { size: 1_000 } }, { $project: { _id: 1 } }]).toArray()).map(
    ({ _id }) => _id as never,
  );
  let isOver = false;
  const over = until.finally(() => (isOver = true));
  const took: number[] = [];
  const reader = async (first: number): Promise<void> => {
    for (let at = first; !isOver; at += 1) {
      const began = performance.now();
      await sessions.findOne({ _id: ids[at % ids.length] as never });
      took.push(performance.now() - began);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: READERS }, (_, number) => reader(number * 250)));
  await over;
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * 0.95)] ?? Number.NaN;
}
