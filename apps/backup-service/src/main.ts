import { startService } from '@lucid/service-kit/start';
import { backupService } from './backup-service.ts';
import { yieldProcessors } from './yield-processors.ts';

await startService(backupService);
await yieldProcessors();
