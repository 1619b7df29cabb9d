import { jest } from '@jest/globals';

// Real engines take their time: a step-down alone takes ten seconds, and CI is slow at times. The limit is there to end what hangs.
jest.setTimeout(300_000);
