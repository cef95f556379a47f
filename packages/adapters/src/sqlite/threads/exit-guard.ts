const IDLE = 0;
const BUSY = 1;
const STOPPED = 2;
const EXIT_TIMEOUT_MS = 2_000;

/**
 * A state shared by a thread and the process that started it. Tearing down a thread inside a call of a native SQLite driver
 * crashes the process and loses its exit code. So an exiting process waits for the call in progress, and the thread starts no
 * other.
 */
export type ExitGuard = Int32Array<SharedArrayBuffer>;

const guards = new Set<ExitGuard>();

export function createExitGuard(): ExitGuard {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Called by the process: its exit waits for the thread, until `removeExitGuard`. */
export function addExitGuard(guard: ExitGuard): void {
  if (guards.size === 0) process.on("exit", stopAll);
  guards.add(guard);
}

export function removeExitGuard(guard: ExitGuard): void {
  guards.delete(guard);
  if (guards.size === 0) process.off("exit", stopAll);
}

/** Called by the thread: it calls SQLite only between `enter` and `leave`. */
export function enter(guard: ExitGuard): void {
  if (Atomics.compareExchange(guard, 0, IDLE, BUSY) === STOPPED) Atomics.wait(guard, 0, STOPPED);
}

export function leave(guard: ExitGuard): void {
  Atomics.compareExchange(guard, 0, BUSY, IDLE);
  Atomics.notify(guard, 0);
}

function stopAll(): void {
  const deadline = Date.now() + EXIT_TIMEOUT_MS;
  for (const guard of guards) {
    while (Atomics.compareExchange(guard, 0, IDLE, STOPPED) === BUSY && Date.now() < deadline) {
      Atomics.wait(guard, 0, BUSY, deadline - Date.now());
    }
  }
}
