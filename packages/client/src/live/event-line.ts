import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Path } from "../connection/address.js";
import type { Connection, OpenAnswer } from "../connection/connection.js";
import { isPassing } from "../connection/problem.js";
import { RemoteError } from "../remote-error.js";

/** Servers send their first event at once: what holds it back longer keeps streams to itself. Who has seen it waits for the next. */
const FIRST_MS = 10_000;
/** Three times what a server lets pass without a sign of life. */
const SILENCE_MS = 45_000;

/** One connection on which events come. */
export interface EventLine {
  /** Undefined where the line is cut, or is silent for too long. */
  next(): Promise<EventSourceMessage | undefined>;
  /** For so long its server asks to be left alone once it is cut. */
  readonly retryMs: number | undefined;
  /** Something came that shows that events get through: one of them, or a sign of life. */
  readonly isHeard: boolean;
  close(): Promise<void>;
}

export interface LineOptions {
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** `away` where it may work later, `none` where it won't. Rejects only where the caller broke it off. */
export async function openEventLine(
  connection: Connection,
  path: Path,
  { lastEventId, signal }: LineOptions,
): Promise<EventLine | "away" | "none"> {
  const headers = { Accept: "text/event-stream", ...(lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId }) };
  try {
    const answer = await connection.open({ method: "GET", path, headers, signal });
    if (answer.response.body && answer.response.headers.get("content-type")?.startsWith("text/event-stream")) {
      return lineOf(answer, answer.response.body.getReader(), lastEventId === undefined ? FIRST_MS : SILENCE_MS);
    }
    answer.release();
    await answer.response.body?.cancel();
    return "none";
  } catch (error) {
    if (!(error instanceof RemoteError) || (error.code === "closed" && error.status === undefined)) throw error;
    return isPassing(error) ? "away" : "none";
  }
}

function lineOf({ signal, release }: OpenAnswer, reader: ReadableStreamDefaultReader<Uint8Array>, firstMs: number): EventLine {
  const decoder = new TextDecoder();
  const events: EventSourceMessage[] = [];
  let retryMs: number | undefined;
  let isHeard = false;
  let patienceMs = firstMs;
  const parser = createParser({
    onEvent: (event) => {
      isHeard ||= event.event !== "error";
      events.push(event);
    },
    onComment: () => {
      isHeard = true;
    },
    onRetry: (ms) => {
      retryMs = ms;
    },
  });
  return {
    next: async () => {
      while (events.length === 0) {
        const chunk = await readWithin(reader, patienceMs);
        signal.throwIfAborted();
        if (chunk === undefined) return undefined;
        patienceMs = SILENCE_MS;
        parser.feed(decoder.decode(chunk, { stream: true }));
      }
      return events.shift();
    },
    get retryMs() {
      return retryMs;
    },
    get isHeard() {
      return isHeard;
    },
    close: async () => {
      release();
      await reader.cancel().catch(() => undefined);
    },
  };
}

/** The next chunk; undefined at the end, at a cut, or after this time. */
async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, ms: number): Promise<Uint8Array | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  const read = reader.read().then(
    ({ value }) => value,
    () => undefined,
  );
  return Promise.race([read, silence]).finally(() => clearTimeout(timer));
}
