import { startService } from '@lucid/service-kit/start';
import { monitoring } from './monitoring.ts';

await startService(monitoring);
