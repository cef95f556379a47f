import { setTimeout as sleep } from "node:timers/promises";
import { composeEngine, parseConfig } from "@crm-engine/adapters/container";
import { type Container, hasDocker, startContainer } from "./docker.js";
import type { Pairing } from "./pairings.js";

/** A server by URL (as the tests take it), else in a container of the run's own. */
interface ServerKind {
  readonly label: string;
  readonly urlVariable: string;
  readonly imageVariable: string;
  readonly defaultImage: string;
  readonly port: number;
  readonly command: readonly string[];
  /** Before `host:port`. */
  readonly urlPrefix: string;
}

const KINDS = {
  redis: {
    label: "Redis",
    urlVariable: "TEST_REDIS_URL",
    imageVariable: "TEST_REDIS_IMAGE",
    defaultImage: "redis:8",
    port: 6379,
    command: ["redis-server", "--appendonly", "yes", "--appendfsync", "always"],
    urlPrefix: "redis://",
  },
  rabbitmq: {
    label: "RabbitMQ",
    urlVariable: "TEST_AMQP_URL",
    imageVariable: "TEST_RABBITMQ_IMAGE",
    defaultImage: "rabbitmq:4",
    port: 5672,
    command: [],
    urlPrefix: "amqp://guest:guest@",
  },
  mongo: {
    label: "MongoDB",
    urlVariable: "TEST_MONGO_URL",
    imageVariable: "TEST_MONGO_IMAGE",
    defaultImage: "mongo:8",
    port: 27017,
    command: [],
    urlPrefix: "mongodb://",
  },
} as const satisfies Readonly<Record<string, ServerKind>>;
type KindName = keyof typeof KINDS;

const STARTUP_MS = 120_000;

/** What an experiment runs on: URLs, of which those of SQLite want a file. */
export interface Place {
  readonly storeUrl: (file: string) => string;
  readonly queueUrl: (file: string) => string;
  /** The broker's container, where it is ours. */
  readonly broker?: Container;
}

export interface Servers {
  /** The servers of a pairing, started when first asked for; or why there are none. */
  at(pairing: Pairing, options: { readonly ownBroker: boolean }): Promise<Place | { readonly missing: string }>;
  /** Removes every container. */
  stop(): Promise<void>;
}

interface Server {
  readonly url: string;
  readonly container?: Container;
}

export function createServers(env: Readonly<Record<string, string | undefined>>): Servers {
  const containers: Container[] = [];
  const started = new Map<KindName, Promise<Server>>();
  const docker = hasDocker();

  const start = async (name: KindName): Promise<Server> => {
    const { imageVariable, defaultImage, port, command, urlPrefix }: ServerKind = KINDS[name];
    const container = await startContainer({ image: env[imageVariable] || defaultImage, port, command });
    containers.push(container);
    const url = `${urlPrefix}127.0.0.1:${container.port}`;
    await untilItAnswers(name, url);
    return { url, container };
  };

  /** One container of a kind serves the whole run: every experiment has a namespace of its own. */
  const own = (name: KindName): Promise<Server> => {
    const server = started.get(name) ?? start(name);
    started.set(name, server);
    return server;
  };

  const server = async (name: KindName, mustBeOurs: boolean): Promise<Server | { readonly missing: string }> => {
    const { label, urlVariable }: ServerKind = KINDS[name];
    const url = env[urlVariable];
    if (url && !mustBeOurs) return { url };
    if (await docker) return own(name);
    return {
      missing: mustBeOurs
        ? `needs a ${label} of its own: run a Docker engine`
        : `needs ${label}: set ${urlVariable}, or run a Docker engine`,
    };
  };

  return {
    at: async (pairing, { ownBroker }) => {
      if (pairing === "sqlite") return { storeUrl: (file) => `sqlite:${file}`, queueUrl: (file) => `sqlite:${file}` };
      const [store, queue] = await Promise.all([server("mongo", false), server(pairing, ownBroker)]);
      if ("missing" in store) return store;
      if ("missing" in queue) return queue;
      return {
        storeUrl: () => store.url,
        queueUrl: () => queue.url,
        ...(queue.container === undefined ? {} : { broker: queue.container }),
      };
    },
    stop: async () => {
      await Promise.allSettled(started.values());
      await Promise.allSettled(containers.splice(0).map((container) => container.remove()));
    },
  };
}

async function untilItAnswers(name: KindName, url: string): Promise<void> {
  const urls = name === "mongo" ? { storeUrl: url, queueUrl: "memory:" } : { storeUrl: "memory:", queueUrl: url };
  for (const end = Date.now() + STARTUP_MS; ; ) {
    const engine = await composeEngine(parseConfig({ ...urls, namespace: "prove" }));
    try {
      await engine.ready();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(250);
    } finally {
      await engine.close().catch(() => undefined);
    }
  }
}
