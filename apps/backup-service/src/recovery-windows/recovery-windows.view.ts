import type { ClusterTime } from '../captures/mongodb/manifest.ts';
import type { CaptureState } from './oplog-capture.ts';
import { lagSeconds } from './recovery-metrics.ts';
import { type RecoveryWindow, type StreamGap, toRfc3339 } from './recovery-window.ts';
import type { MomentView, OplogCaptureView, RecoveryGapView, RecoveryWindowView } from './recovery-windows.dto.ts';

export function toMoment({ t, i }: ClusterTime): MomentView {
  return { clusterTime: { t, i }, at: toRfc3339(t) };
}

export function toWindowView({ stream, start, end, backups }: RecoveryWindow): RecoveryWindowView {
  return {
    replicaSet: stream,
    start: toMoment(start),
    end: toMoment(end),
    backups: backups.map(({ id, tend }) => ({ id, consistentAt: toMoment(tend) })),
  };
}

export function toGapView({ id, stream, from, to, reason, foundAt }: StreamGap): RecoveryGapView {
  return { id, replicaSet: stream, from: toMoment(from), to: toMoment(to), reason, foundAt };
}

export function toCaptureView(isEnabled: boolean, state: CaptureState | undefined): OplogCaptureView {
  if (!state?.isHolder) return { isEnabled, isActive: false };
  const { lastSliceAt, oplogLimitBytes, failure } = state;
  const lag = lagSeconds(state);
  return {
    isEnabled,
    isActive: true,
    ...(lag !== undefined && { lagSeconds: lag }),
    ...(lastSliceAt && { lastSliceAt: lastSliceAt.toISOString() }),
    ...(oplogLimitBytes !== undefined && { oplogLimitBytes }),
    ...(failure !== undefined && { failure }),
  };
}
