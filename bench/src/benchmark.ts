import type { Measurement } from "./report.js";

/** Something of ours beside what somebody would write by hand on the same data. */
export interface Benchmark {
  readonly name: string;
  /** In one sentence. */
  readonly compares: string;
  run(bench: Bench): Promise<void>;
}

/** What a benchmark runs with. */
export interface Bench {
  /** The large size instead of the usual one. */
  readonly full: boolean;
  /** Paired rounds of each measurement. */
  readonly rounds: number;
  /** For files; what is in `data` is kept for the next run. */
  readonly folder: string;
  readonly keepsData: boolean;
  /** The URL of a MongoDB-compatible server, or why there is none. */
  mongo(): Promise<{ readonly url: string } | { readonly missing: string }>;
  /** The URL of a Redis server, or why there is none. */
  redis(): Promise<{ readonly url: string } | { readonly missing: string }>;
  /** What a store or queue calls itself. */
  server(label: string, product: string): void;
  measured(measurement: Measurement): void;
  notRun(name: string, reason: string): void;
  /** A line of progress. */
  say(line: string): void;
}
