/** How long one piece of work may keep the thread while others wait for it. */
const SLICE_MS = 10;

declare const setImmediate: ((run: () => void) => unknown) | undefined;
/** Runs something when the event loop has turned, after the timers and sockets that are due. */
const whenTurned = typeof setImmediate === "function" ? setImmediate : (run: () => void) => setTimeout(run);

const waiting: (() => void)[] = [];
let sliceBegan = Number.NEGATIVE_INFINITY;

/** Whether long work has had the thread for 10 ms since it last let others have it. Cheap enough to ask for every row. */
export function isSliceOver(): boolean {
  return performance.now() - sliceBegan >= SLICE_MS;
}

/**
 * Lets the event loop turn, so that leases are renewed and requests answered. Of those who wait, one goes on in each turn, first
 * come, first served: however many there are, the thread is kept for one slice at a time.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) whenTurned(goOn);
  });
}

function goOn(): void {
  sliceBegan = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) whenTurned(goOn);
}
