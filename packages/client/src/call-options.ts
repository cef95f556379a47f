export interface CallOptions {
  /** At the signal the call rejects with its reason. */
  readonly signal?: AbortSignal;
}
