import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { CrmError } from "@crm-engine/core/ports";
import { publicLookup } from "./public-addresses.js";

const MAX_ANSWER_BYTES = 8 * 2 ** 20;
/** A kept connection on which nothing was asked for so long is closed; sooner where the server says so. */
const IDLE_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  /** Empty unless the status is 2xx. */
  readonly body: string;
}

export interface Poster {
  /**
   * Rejects with CrmError `unavailable` when no connection was made, so that nothing was sent; with another error when it broke
   * later, or the answer is over 8 MiB. Follows no redirect.
   */
  post(body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  /** Closes the connections. */
  close(): void;
}

/** Posts to one address over kept connections. A user and password in the URL are sent as basic authentication. */
export function createPoster(url: URL, { allowPrivateAddresses }: { readonly allowPrivateAddresses: boolean }): Poster {
  const secure = url.protocol === "https:";
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, timeout: IDLE_MS });
  const send = secure ? httpsRequest : httpRequest;
  const lookup = allowPrivateAddresses ? {} : { lookup: publicLookup };
  return {
    post: (body, headers, signal) =>
      new Promise((resolve, reject) => {
        const length = { "content-length": String(Buffer.byteLength(body)) };
        const request = send(url, { method: "POST", agent, signal, headers: { ...headers, ...length }, ...lookup });
        let connected = false;
        request.once("socket", (socket) => {
          if (request.reusedSocket) connected = true;
          else socket.once(secure ? "secureConnect" : "connect", () => (connected = true));
        });
        request.once("response", (response) => readAnswer(response).then(resolve, reject));
        request.once("error", (cause) => reject(connected ? broken(cause) : notConnected(url, cause)));
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const wanted = status >= 200 && status < 300;
  const body = await readBody(response).catch((cause: unknown) => {
    if (wanted) throw cause;
    return "";
  });
  const retryAfter = headers["retry-after"];
  return { status, body: wanted ? body : "", ...(retryAfter === undefined ? {} : { retryAfter }) };
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw broken(cause);
  }
  if (bytes > MAX_ANSWER_BYTES) throw new Error("the answer is over 8 MiB");
  return Buffer.concat(chunks).toString();
}

function notConnected(url: URL, cause: Error): CrmError {
  return new CrmError("unavailable", `no connection to ${url.host}: ${reasonOf(cause)}`, { cause });
}

function broken(cause: unknown): Error {
  return new Error(`the line broke: ${reasonOf(cause)}`, { cause });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error.message;
}
