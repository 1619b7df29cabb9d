/** What the file system under a volume says, at once. Sizes in bytes. */
export interface VolumeSpace {
  /** Size of the file system. */
  fileSystemBytes: number;
  /** Taken on it, by whomever: a directory shares its file system with what lies beside it. */
  allocatedBytes: number;
  /** What an ordinary user can still take. */
  availableBytes: number;
}

/** What a volume holds, which only counting tells. */
export interface VolumeUsage {
  /** Space its files and folders take: blocks, not lengths, so that holes cost nothing; a file with several names once. */
  usedBytes: number;
  files: number;
  folders: number;
  /** Folders that could not be looked into; what they hold is not in the figures. */
  unreadable: number;
}

/**
 * How a kind of volume is measured.
 * - `space` is cheap and may be asked often; it rejects when the volume is not there.
 * - `usage` may take minutes and reads the whole volume's metadata; the caller sees to it that it runs once at a time.
 *   It rejects with the signal's reason when it fires. What is deleted meanwhile is no error.
 */
export interface VolumeDriver {
  readonly name: string;
  /** @throws AppError PERMISSION_DENIED, or an error of the operating system */
  space(path: string): Promise<VolumeSpace>;
  /** @throws AppError PERMISSION_DENIED, or an error of the operating system */
  usage(path: string, signal: AbortSignal): Promise<VolumeUsage>;
}
