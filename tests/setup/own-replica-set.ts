import { ensureRoles } from '@lucid/clients/mongodb/initializer/roles';
import { createMongodMembers, initiate, type MongodMember, type MongodMembers } from './mongod-members.ts';

export const OWN_SET = 'lucid-own';

/** A replica set of a test's own, of one member, and empty mongods that may join it. */
export interface OwnReplicaSet {
  readonly members: MongodMembers;
  readonly first: MongodMember;
  /** Empty, started for this set. */
  readonly spares: readonly MongodMember[];
  /** As the user that the set-up gives the services. */
  readonly uri: string;
  stop(): Promise<void>;
}

const APPLICATION = { username: 'lucid_app', password: 'member-specs' };

export async function startOwnReplicaSet(spares: number): Promise<OwnReplicaSet> {
  const members = await createMongodMembers();
  try {
    const add = (): Promise<MongodMember> => members.add('--replSet', OWN_SET);
    const [first, ...rest] = await Promise.all([add(), ...Array.from({ length: spares }, add)]);
    const admin = members.direct(first.host);
    await initiate(admin, OWN_SET, first.host);
    await ensureRoles(admin, { database: 'lucid_main', controlDatabase: 'lucid_control', application: APPLICATION });
    // Nothing more of the cluster, and databases with the names of a test.
    const roles = ['lucidApplication', 'readWriteAnyDatabase', 'dbAdminAnyDatabase'];
    await admin.db('admin').command({ updateUser: APPLICATION.username, roles });
    const { username, password } = APPLICATION;
    const uri = `mongodb://${username}:${password}@${first.host}/?replicaSet=${OWN_SET}&authSource=admin`;
    return { members, first, spares: rest, uri, stop: () => members.close() };
  } catch (error) {
    await members.close();
    throw error;
  }
}
