import { type Environment, SERVERS, type ServerKind, type ServerName, serverImage } from "./catalogue.js";
import { type Container, hasDocker, STARTUP_MS, startContainer } from "./container.js";
import { serverAt } from "./server-at.js";

const ANSWER_MS = 10_000;

/** A server that answers. */
export interface Server {
  readonly url: string;
  /** What it says that it is, with its version: `Redis 8.0.6`. */
  readonly product: string;
  /** Where it is ours. */
  readonly container?: Container;
}

/** Why there is no server. */
export interface Missing {
  readonly missing: string;
}

/** The servers of one run, each looked for once, when it is first asked for. */
export interface Servers {
  /**
   * The server that the environment names, else, or with `own`, one in a container. Rejects where the one named does not answer:
   * whoever named it meant it to be used.
   */
  open(name: ServerName, options?: { readonly own?: boolean }): Promise<Server | Missing>;
  /** Removes every container. */
  stop(): Promise<void>;
}

/** `moreArguments` go to the end of the command of a server in a container. */
export function createServers(env: Environment, moreArguments: { readonly [N in ServerName]?: readonly string[] } = {}): Servers {
  const containers: Container[] = [];

  const start = async (name: ServerName): Promise<Server | Missing> => {
    const { port, command = [], urlPrefix }: ServerKind = SERVERS[name];
    if (!(await hasDocker())) return { missing: "there is no Docker engine" };
    const image = serverImage(name, env);
    try {
      const options = { image, port, command: [...command, ...(moreArguments[name] ?? [])] };
      const container = await startContainer(options);
      containers.push(container);
      const url = `${urlPrefix}${container.host}:${container.port}`;
      return { url, product: await serverAt(name, url, STARTUP_MS), container };
    } catch (error) {
      return { missing: `a container of ${image} did not start: ${messageOf(error)}` };
    }
  };
  const find = async (name: ServerName): Promise<Server | undefined> => {
    const { label, urlVariable } = SERVERS[name];
    const url = env[urlVariable];
    if (!url) return undefined;
    const product = await serverAt(name, url, ANSWER_MS).catch((cause: unknown) => {
      throw new Error(`${urlVariable} is set, but no ${label} answers there: ${messageOf(cause)}`, { cause });
    });
    return { url, product };
  };
  const [started, found] = [oncePerName(start), oncePerName(find)];

  return {
    open: async (name, { own = false } = {}) => {
      const { label, urlVariable } = SERVERS[name];
      const server = (own ? undefined : await found.get(name)) ?? (await started.get(name));
      if (!("missing" in server)) return server;
      return { missing: `needs ${own ? `a ${label} of its own` : `${label}: set ${urlVariable}`}; ${server.missing}` };
    },
    stop: async () => {
      await started.settled();
      await Promise.allSettled(containers.splice(0).map((container) => container.remove()));
    },
  };
}

function oncePerName<T>(open: (name: ServerName) => Promise<T>) {
  const opened = new Map<ServerName, Promise<T>>();
  return {
    get: (name: ServerName): Promise<T> => {
      const one = opened.get(name) ?? open(name);
      opened.set(name, one);
      return one;
    },
    settled: () => Promise.allSettled(opened.values()),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
