/** True while the process exists and is not a zombie's number that the system already forgot. Sends nothing. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Signals a whole process group: the leader and all that it started. May be called twice; a group that is gone is fine,
 * and so is one that became another user's (sudo): it ends by itself.
 * Only for groups this program made (`detached`), whose number is the leader's pid.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
