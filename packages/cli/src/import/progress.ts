import { SingleBar } from "cli-progress";

export interface ProgressState {
  readonly phase: "reading" | "applying";
  /** In [0, 1]. */
  readonly share: number;
  /** Read, or applied; undefined where only the server counts them. */
  readonly rows: number | undefined;
  readonly rejected: number;
}

export interface Progress {
  show(state: ProgressState): void;
  stop(): void;
}

const STEPS = 1_000;
const FIGURES = "{percentage}% | {rows} rows | {rate} rows/s | {eta_formatted} left | {rejected} rejected so far";

/** A bar on a terminal, elsewhere a plain line every two seconds; on stderr, so that stdout has the outcome alone. */
export function importProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const bar = new SingleBar({
    format: stream.isTTY ? `{phase} [{bar}] ${FIGURES}` : `{phase} ${FIGURES}`,
    stream,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    etaBuffer: 20,
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: 2_000,
    gracefulExit: false,
  });
  let phase: string | undefined;
  let start = { at: 0, rows: 0 };
  return {
    show: (state) => {
      if (phase !== state.phase) start = { at: Date.now(), rows: state.rows ?? 0 };
      const seconds = (Date.now() - start.at) / 1_000;
      const rate = state.rows === undefined || seconds < 0.1 ? "–" : count((state.rows - start.rows) / seconds);
      const payload = { phase: state.phase, rows: count(state.rows), rate, rejected: count(state.rejected) };
      const value = Math.floor(state.share * STEPS);
      if (phase === state.phase) {
        bar.update(value, payload);
        return;
      }
      if (phase !== undefined) bar.stop();
      phase = state.phase;
      bar.start(STEPS, value, payload);
    },
    stop: () => {
      if (phase !== undefined) bar.stop();
    },
  };
}

/** `541,909` */
export function count(value: number | undefined): string {
  return value === undefined ? "–" : Math.round(value).toLocaleString("en-US");
}
