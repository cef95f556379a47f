import type { Path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { type EventLine, openEventLine } from "./event-line.js";

/** As often the stream may bring nothing before it is given up for plain reads. */
const MAX_FRUITLESS = 3;
const RECONNECT_MS = 2_000;
const POLL_MS = 1_000;

export interface Followed<T> {
  /** Path of the events. */
  readonly events: Path;
  /** The plain read. */
  look(): Promise<T>;
  /** The state that an event's data stands for. */
  stateOf(data: string): Promise<T>;
  isOver(state: T): boolean;
}

export interface FollowOptions<T> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (state: T) => void;
}

/**
 * Resolves with the first state that is over. Listens to the server's events, and takes them up again where a line was cut; where no
 * events get through, it reads the state every second. Rejects as the plain read does, or with the signal's reason.
 */
export async function follow<T>(connection: Connection, followed: Followed<T>, options: FollowOptions<T>): Promise<T> {
  const { signal } = options;
  let lastEventId: string | undefined;
  let fruitless = 0;
  while (fruitless < MAX_FRUITLESS) {
    const line = await openEventLine(connection, followed.events, { lastEventId, signal });
    if (line === "none") break;
    fruitless += 1;
    if (line === "away") {
      await connection.sleep(RECONNECT_MS, signal);
      continue;
    }
    const heard = await listen(line, followed, options).finally(line.close);
    if (heard.over) return heard.over.state;
    if (line.isHeard) fruitless = 0;
    lastEventId = heard.lastEventId ?? lastEventId;
    await connection.sleep(line.retryMs ?? RECONNECT_MS, signal);
  }
  return poll(connection, followed, options);
}

interface Heard<T> {
  readonly over?: { readonly state: T };
  readonly lastEventId?: string | undefined;
}

/** Until it is over, or the line is. */
async function listen<T>(line: EventLine, followed: Followed<T>, { onProgress }: FollowOptions<T>): Promise<Heard<T>> {
  let lastEventId: string | undefined;
  for (let event = await line.next(); event !== undefined; event = await line.next()) {
    const { event: kind, data, id } = event;
    if (kind === "error") {
      // The plain read says why, or that it has passed.
      const state = await followed.look();
      return followed.isOver(state) ? { over: { state } } : { lastEventId };
    }
    if (kind !== "progress" && kind !== "done") continue;
    const state = await followed.stateOf(data);
    onProgress?.(state);
    if (kind === "done") return { over: { state } };
    lastEventId = id;
  }
  return { lastEventId };
}

async function poll<T>(
  connection: Connection,
  { look, isOver }: Followed<T>,
  { signal, onProgress }: FollowOptions<T>,
): Promise<T> {
  for (;;) {
    const state = await look();
    onProgress?.(state);
    if (isOver(state)) return state;
    await connection.sleep(POLL_MS, signal);
  }
}
