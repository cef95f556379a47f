/** A server that tests run against: one that is there already, by URL, or a container of this run's own. */
export interface ServiceKind {
  readonly label: string;
  /** The environment variable with the URL of a server; set for the tests when the run has started one. */
  readonly urlVariable: string;
  readonly imageVariable: string;
  readonly defaultImage: string;
  readonly port: number;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
  /** Before `host:port`. */
  readonly urlPrefix: string;
}

export const SERVICES = {
  redis: {
    label: "Redis",
    urlVariable: "TEST_REDIS_URL",
    imageVariable: "TEST_REDIS_IMAGE",
    defaultImage: "redis:8",
    port: 6379,
    command: ["redis-server", "--appendonly", "yes"],
    urlPrefix: "redis://",
  },
  rabbitmq: {
    label: "RabbitMQ",
    urlVariable: "TEST_AMQP_URL",
    imageVariable: "TEST_RABBITMQ_IMAGE",
    defaultImage: "rabbitmq:4",
    port: 5672,
    urlPrefix: "amqp://guest:guest@",
  },
  mongo: {
    label: "MongoDB",
    urlVariable: "TEST_MONGO_URL",
    imageVariable: "TEST_MONGO_IMAGE",
    defaultImage: "mongo:8",
    port: 27017,
    urlPrefix: "mongodb://",
  },
} as const satisfies Readonly<Record<string, ServiceKind>>;

export type ServiceName = keyof typeof SERVICES;
/** The image for a container of this server. */
export function serviceImage(name: ServiceName): string {
  const { imageVariable, defaultImage } = SERVICES[name];
  return process.env[imageVariable] || defaultImage;
}

/** What a test may need: a server, or an engine to start containers of its own with. */
export const NEEDS = ["redis", "rabbitmq", "mongo", "docker"] as const satisfies readonly (ServiceName | "docker")[];
export type Need = (typeof NEEDS)[number];

/** How a need of this run was met: by what server, or not, and why. */
export type Met = { readonly server?: string } | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    /** Only what the run's files need. */
    readonly services: { readonly [N in Need]?: Met };
  }
  interface TaskMeta {
    /** For the tally, where a whole suite is skipped. */
    skipReason?: string;
  }
}
