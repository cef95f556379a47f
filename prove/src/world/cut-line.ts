import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ReadCalls } from "./wire-calls.js";

/** After the first bytes of an answer: the rest of it, and answers to what was sent together, are lost with it. */
const ANSWERED_MS = 20;
/** Where no answer comes: there is none, or it is late. */
const UNANSWERED_MS = 300;

export interface ReplyCutterOptions {
  readonly url: string;
  readonly readCalls: () => ReadCalls;
  /** Whether the reply of this call is to be lost. */
  readonly cuts: (call: string) => boolean;
}

/** The way to a server, on which the answers to some calls are lost: the server has done what was asked, and its caller never hears. */
export interface ReplyCutter {
  /** The server's URL by this way. */
  readonly url: string;
  close(): void;
}

export async function openReplyCutter({ url, readCalls, cuts }: ReplyCutterOptions): Promise<ReplyCutter> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const read = readCalls();
    let cutting: NodeJS.Timeout | undefined;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on("error", end);
      socket.on("close", () => {
        clearTimeout(cutting);
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => {
      upstream.write(chunk);
      if (read(chunk).some(cuts)) cutting ??= setTimeout(end, UNANSWERED_MS);
    });
    upstream.on("data", (chunk) => {
      if (cutting === undefined) client.write(chunk);
      else setTimeout(end, ANSWERED_MS);
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
      for (const socket of sockets) socket.destroy();
    },
  };
}
