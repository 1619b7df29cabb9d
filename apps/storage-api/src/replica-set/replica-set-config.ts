/** https://www.mongodb.com/docs/manual/reference/replica-configuration/ */
export interface MemberConfig {
  _id: number;
  host: string;
  arbiterOnly?: boolean;
  buildIndexes?: boolean;
  hidden?: boolean;
  priority?: number;
  votes?: number;
  tags?: Record<string, string>;
  secondaryDelaySecs?: number;
}

export interface ReplicaSetConfig {
  _id: string;
  version: number;
  term?: number;
  members: MemberConfig[];
  settings?: Record<string, unknown> & {
    chainingAllowed?: boolean;
    electionTimeoutMillis?: number;
    heartbeatIntervalMillis?: number;
  };
}

/** `replSetGetStatus`, as far as it is used: https://www.mongodb.com/docs/manual/reference/command/replSetGetStatus/ */
export interface MemberStatus {
  _id: number;
  name: string;
  health: number;
  state: number;
  stateStr: string;
  uptime?: number;
  optimeDate?: Date;
  lastAppliedWallTime?: Date;
  syncSourceHost?: string;
  pingMs?: number;
  lastHeartbeat?: Date;
  configVersion?: number;
  self?: boolean;
}

export interface ReplicaSetStatus {
  set: string;
  term?: number;
  majorityVoteCount?: number;
  members: MemberStatus[];
}

/** https://www.mongodb.com/docs/manual/reference/replica-states/ */
export const PRIMARY = 1;
export const SECONDARY = 2;
export const ARBITER = 7;
const TAKES_PART = new Set([PRIMARY, SECONDARY, ARBITER]);

/** MongoDB's own limits: https://www.mongodb.com/docs/manual/reference/limits/#replica-sets */
export const MAX_MEMBERS = 50;
export const MAX_VOTING_MEMBERS = 7;

export const votesOf = ({ votes = 1 }: MemberConfig): number => votes;
export const priorityOf = ({ priority = 1 }: MemberConfig): number => priority;
export const isElectable = (member: MemberConfig): boolean => priorityOf(member) > 0 && member.arbiterOnly !== true;
export const isUp = ({ health, state }: MemberStatus): boolean => health === 1 && TAKES_PART.has(state);

export function votingMembers({ members }: Pick<ReplicaSetConfig, 'members'>): MemberConfig[] {
  return members.filter((member) => votesOf(member) > 0);
}

/** How many voting members an election and a majority write need. */
export function majorityOf(config: Pick<ReplicaSetConfig, 'members'>): number {
  return Math.floor(votingMembers(config).length / 2) + 1;
}

/** Host names are compared without regard to upper and lower case. */
export function findMember(config: Pick<ReplicaSetConfig, 'members'>, host: string): MemberConfig | undefined {
  return config.members.find((member) => member.host.toLowerCase() === host.toLowerCase());
}

export function primaryOf(status: ReplicaSetStatus): MemberStatus | undefined {
  return status.members.find(({ state, health }) => state === PRIMARY && health === 1);
}

/** Ids are never given twice while a set lives, as far as its configuration still knows them. */
export function nextMemberId({ members }: ReplicaSetConfig): number {
  return Math.max(-1, ...members.map(({ _id }) => _id)) + 1;
}

/**
 * The write concern that the server takes where nobody set a default: `1` where arbiters leave no more data-bearing voting members
 * than a majority, else `majority`. It refuses a change of members that would change it:
 * https://www.mongodb.com/docs/manual/reference/mongodb-defaults/#default-write-concern
 */
export function implicitWriteConcern(config: Pick<ReplicaSetConfig, 'members'>): '1' | 'majority' {
  const voting = votingMembers(config);
  const arbiters = voting.filter(({ arbiterOnly }) => arbiterOnly === true).length;
  return arbiters > 0 && voting.length - arbiters <= majorityOf(config) ? '1' : 'majority';
}

/**
 * Seconds by which a member is behind the primary, beyond the delay it is given. Wall times come with each heartbeat and so are
 * fresher than the time of its last oplog entry, which stands still while nobody writes. Null where either is not known.
 */
export function lagSeconds(member: MemberStatus, primary: MemberStatus | undefined, delaySeconds = 0): number | null {
  if (!primary || member.state === ARBITER || member.health !== 1) return null;
  const at = latest(member);
  const head = latest(primary);
  if (at === undefined || head === undefined || at === 0) return null;
  return Math.max(0, Math.round(head - at - delaySeconds * 1000) / 1000);
}

function latest({ optimeDate, lastAppliedWallTime }: MemberStatus): number | undefined {
  const times = [optimeDate, lastAppliedWallTime].filter((date) => date !== undefined).map((date) => date.getTime());
  return times.length > 0 ? Math.max(...times) : undefined;
}
