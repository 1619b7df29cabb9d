// The properties of a run draw the same values as in every other one: what fails in CI fails here, and what passed here is what CI runs.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['LUCID_TEST_SEED']) });
