import type { Scratch } from './scratch.ts';
import type { EngineName, StartedEngine } from './started-engine.ts';

export async function containersAnswer(_say: (line: string) => void): Promise<boolean> {
  return false;
}

export async function startContainer(
  _engine: EngineName,
  _named: Record<string, string>,
  _scratch: Scratch,
): Promise<StartedEngine> {
  throw new Error('containers');
}
