import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ReadCalls } from "./wire-calls.js";

/** After the first bytes of an answer: the rest of it, and answers to what was sent together, are lost with it. */
const ANSWERED_MS = 20;
/** Where no answer comes: there is none, or it is late. */
const UNANSWERED_MS = 300;

/** How a line is cut at a call. */
export interface Cut {
  /** `before`: the server never gets the call. `after`: it has done what was asked, and the caller never hears. */
  readonly when: "before" | "after";
  /** With every other connection of the line, whatever is under way there. */
  readonly together?: boolean;
}

/** Whether, and how, the line is cut at a call. */
export type CutOf = (call: string) => Cut | undefined;

export interface CutLineOptions {
  readonly url: string;
  readonly readCalls: () => ReadCalls;
  readonly cutOf: CutOf;
}

/** The way to a server, which is cut at some calls. Whoever was cut off can connect again at once. */
export interface CutLine {
  /** The server's URL by this way. */
  readonly url: string;
  close(): void;
}

export async function openCutLine({ url, readCalls, cutOf }: CutLineOptions): Promise<CutLine> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const read = readCalls();
    let cutting: (() => void) | undefined;
    let unanswered: NodeJS.Timeout | undefined;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on("error", end);
      socket.on("close", () => {
        clearTimeout(unanswered);
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => {
      const cut = cutting ? undefined : firstCut(read(chunk), cutOf);
      const cutNow = cut?.together ? endAll : end;
      if (cut?.when === "before") return cutNow();
      upstream.write(chunk);
      if (!cut) return;
      cutting = cutNow;
      unanswered = setTimeout(cutNow, UNANSWERED_MS);
    });
    upstream.on("data", (chunk) => {
      if (cutting) setTimeout(cutting, ANSWERED_MS);
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = new URL(url);
  cut.hostname = "127.0.0.1";
  cut.port = String((server.address() as AddressInfo).port);
  return {
    url: cut.href,
    close: () => {
      server.close();
      endAll();
    },
  };
}

/** The connection ends at it: calls beside it in the same bytes are not asked about. */
function firstCut(calls: readonly string[], cutOf: CutOf): Cut | undefined {
  for (const call of calls) {
    const cut = cutOf(call);
    if (cut) return cut;
  }
  return undefined;
}
