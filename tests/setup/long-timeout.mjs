import { jest } from '@jest/globals';

// Real engines take their time: a step-down alone takes ten seconds. The limit is there to end what hangs.
jest.setTimeout(120_000);
