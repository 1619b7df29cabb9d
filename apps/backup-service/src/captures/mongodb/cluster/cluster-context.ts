import type { RestoreContext } from '../restore-context.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { RouterWriter } from './router-writer.ts';

/** What the steps of one restore through a router share. */
export interface ClusterContext extends Omit<RestoreContext, 'writer' | 'source' | 'writeBlocks' | 'ownUsers'> {
  readonly writer: RouterWriter;
  readonly cluster: ClusterSource;
}
