import { RemoteError } from "../remote-error.js";
import { baseUrl, type Path, type QueryValue, queryOf } from "./address.js";
import { type LinkedSignal, linkedSignal, sleep } from "./linked-signal.js";
import { errorOf, parseOrUndefined } from "./problem.js";
import { retryDelayMs } from "./retry.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ConnectionOptions {
  readonly url: string | URL;
  readonly apiKey: string | undefined;
  readonly fetch: Fetch;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: Path;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; no limit is set to how long that takes. */
  readonly body?: NonNullable<RequestInit["body"]>;
  /** `Idempotency-Key`: the server does it once, however often it is sent. */
  readonly key?: string;
  /** Not to be repeated, whatever its method: a second try could not know the work of the first for its own. */
  readonly once?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that is still coming in. */
export interface OpenAnswer extends LinkedSignal {
  readonly response: Response;
}

/** One server, and what every call to it has in common. */
export interface Connection {
  /** The JSON of the answer, undefined where it has no body. Tried again as long as that may help and can't harm. */
  json<T>(call: Call): Promise<T>;
  /** Sends once, and settles when the answer begins. Who gets it must release it. */
  open(call: Call): Promise<OpenAnswer>;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Rejects everything under way and to come as `closed`. Idempotent. */
  close(): void;
}

const REPEATABLE: ReadonlySet<Call["method"]> = new Set(["GET", "PUT", "DELETE"]);

export function createConnection(options: ConnectionOptions): Connection {
  const base = baseUrl(options.url);
  const closing = new AbortController();
  const authorization = options.apiKey === undefined ? undefined : `Bearer ${options.apiKey}`;
  const signalsOf = ({ signal }: Pick<Call, "signal">) => [closing.signal, options.signal, signal];

  /** Runs `work` under the call's signals; whatever breaks off is told as what broke it off. */
  const send = async <T>(call: Call, work: (answer: OpenAnswer) => Promise<T>, timeoutMs?: number): Promise<T> => {
    if (typeof call.path !== "string") throw call.path;
    const address = `${base}${call.path}`;
    const late = () => unanswered(address, `nothing came for ${timeoutMs} ms`);
    const link = linkedSignal(signalsOf(call), timeoutMs === undefined ? undefined : { ms: timeoutMs, late });
    try {
      link.signal.throwIfAborted();
      const response = await options.fetch(`${address}${queryOf(call.query ?? {})}`, initOf(call, authorization, link.signal));
      if (!response.ok) throw await errorOf(response, address);
      return await work({ response, ...link });
    } catch (error) {
      link.release();
      if (link.signal.aborted) throw link.signal.reason;
      throw error instanceof RemoteError ? error : unanswered(address, reasonOf(error), error);
    }
  };

  const once = <T>(call: Call): Promise<T> =>
    send(
      call,
      async ({ response, release }) => {
        const text = await response.text();
        release();
        return readJson(response, text, `${base}${call.path}`) as T;
      },
      call.body === undefined ? options.timeoutMs : undefined,
    );

  const pause = async (ms: number, call: Pick<Call, "signal">): Promise<void> => {
    const { signal, release } = linkedSignal(signalsOf(call));
    await sleep(ms, signal).finally(release);
  };

  return {
    json: async (call) => {
      const keyed = call.key !== undefined;
      const mayRepeat = !call.once && (keyed || REPEATABLE.has(call.method));
      for (let tries = 1; ; tries++) {
        try {
          return await once(call);
        } catch (error) {
          if (!(error instanceof RemoteError)) throw error;
          if (isGone(error, call, tries)) return undefined as never;
          if (!mayRepeat || tries > options.retries) throw error;
          const delayMs = retryDelayMs({ error, tries, keyed });
          if (delayMs === undefined) throw error;
          await pause(delayMs, call);
        }
      }
    },
    open: (call) => send(call, async (answer) => answer),
    sleep: (ms, signal) => pause(ms, { signal }),
    close: () => closing.abort(new RemoteError("closed", "The client was closed.")),
  };
}

/** What a try before this one has deleted, though its answer was lost. */
function isGone({ code }: RemoteError, { method }: Call, tries: number): boolean {
  return method === "DELETE" && tries > 1 && code === "not_found";
}

function initOf(call: Call, authorization: string | undefined, signal: AbortSignal): RequestInit {
  const { method, json, key } = call;
  const body = call.body ?? (json === undefined ? undefined : JSON.stringify(json));
  const headers = {
    Accept: "application/json",
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(json === undefined ? {} : { "Content-Type": "application/json" }),
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
    ...call.headers,
  };
  const streamed = typeof body === "object" && "getReader" in body ? { duplex: "half" } : {};
  return { method, headers, signal, ...streamed, ...(body === undefined ? {} : { body }) };
}

function readJson({ status }: Response, text: string, address: string): unknown {
  if (text === "") return undefined;
  const read = parseOrUndefined(text);
  if (read !== undefined) return read;
  throw new RemoteError("http", `${address} answered ${status} with something that is no JSON.`, {
    status,
    details: { url: address },
  });
}

function unanswered(address: string, reason: string, cause?: unknown): RemoteError {
  return new RemoteError("unavailable", `${address} does not answer: ${reason}`, { cause, details: { url: address } });
}

/** `fetch failed` of Node says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && cause.message !== "") return cause.message;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}
