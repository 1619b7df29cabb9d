import { startService } from '@lucid/service-kit/start';
import { backupService } from './backup-service.ts';

await startService(backupService);
