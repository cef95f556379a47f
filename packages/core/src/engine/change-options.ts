/** What a change of something that several people may edit depends on. */
export interface ChangeOptions {
  /** Rejects as `stale`, with the present state in `details.current`, unless this is its version, or one of these. */
  readonly ifVersion?: number | readonly number[] | undefined;
}
