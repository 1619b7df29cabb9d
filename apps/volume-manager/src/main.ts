import { startService } from '@lucid/service-kit/start';
import { volumeManager } from './volume-manager.ts';

await startService(volumeManager);
