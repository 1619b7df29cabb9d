import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves the totals of a run in `.lucid/test-totals`, where the command that started it adds them up. */
export default class TotalsReporter {
  constructor(globalConfig) {
    this.folder = join(globalConfig.rootDir, '.lucid', 'test-totals');
  }

  onRunComplete(_contexts, results) {
    mkdirSync(this.folder, { recursive: true });
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(join(this.folder, `${process.pid}.json`), JSON.stringify(totals));
  }
}
