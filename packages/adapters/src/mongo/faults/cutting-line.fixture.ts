import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { answeredBy, type Command, createMessageReader, readCommand } from "../model/wire.fixture.js";

/** Which commands are cut: before they reach the server, or after it has executed them, before the reply arrives. */
export interface Cut {
  readonly when: "before" | "after";
  readonly meets: (command: Command) => boolean;
  /** How many matching commands pass first. */
  readonly skip: number;
  /** How many matching commands are cut. */
  readonly times: number;
}

export interface CuttingLine {
  readonly url: string;
  /** Resets what the line has seen. Without a cut, everything passes. */
  arm(cut?: Cut): void;
  /** The commands since then, except for heartbeats and handshakes. */
  seen(): readonly Command[];
  /** How many of them were cut. */
  cuts(): number;
  close(): void;
}

const WATCHING: ReadonlySet<string> = new Set(["hello", "ismaster", "ping", "endSessions"]);

/** A TCP proxy that drops a connection at chosen commands. The client can reconnect at once. */
export async function openCuttingLine(serverUrl: string): Promise<CuttingLine> {
  const target = new URL(serverUrl.replace(/^mongodb:/, "http:"));
  const ends = new Set<Socket>();
  let seen: Command[] = [];
  let armed: Cut | undefined;
  let [met, cuts] = [0, 0];

  const isCut = (command: Command): boolean => {
    if (WATCHING.has(command.name)) return false;
    seen.push(command);
    if (!armed?.meets(command)) return false;
    met += 1;
    return met > armed.skip && met <= armed.skip + armed.times;
  };
  const pass = (to: Socket, message: Buffer): void => {
    if (!to.destroyed) to.write(message);
  };

  const server = createServer((near) => {
    const far = connect(Number(target.port || 27_017), target.hostname);
    const doomed = new Set<number>();
    const breakUp = (): void => {
      cuts += 1;
      near.destroy();
      far.destroy();
    };
    const [readNear, readFar] = [createMessageReader(), createMessageReader()];
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end.setNoDelay(true));
      end.on("error", () => undefined);
      end.on("close", () => {
        ends.delete(end);
        other.destroy();
      });
    }
    near.on("data", (chunk) => {
      for (const message of readNear(chunk)) {
        const command = readCommand(message);
        const cut = isCut(command);
        if (cut && armed?.when === "before") breakUp();
        else if (cut) doomed.add(command.id);
        pass(far, message);
      }
    });
    far.on("data", (chunk) => {
      for (const message of readFar(chunk)) {
        if (doomed.has(answeredBy(message))) breakUp();
        pass(near, message);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    arm: (cut) => {
      armed = cut;
      seen = [];
      [met, cuts] = [0, 0];
    },
    seen: () => seen,
    cuts: () => cuts,
    close: () => {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}
