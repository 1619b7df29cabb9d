import { startService } from '@lucid/service-kit/start';
import { storageApi } from './storage-api.ts';

await startService(storageApi);
