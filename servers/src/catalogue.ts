/** A server: named by URL, or what a container of it is made of. */
export interface ServerKind {
  readonly label: string;
  /** The environment variable with the URL of a server that is there already. */
  readonly urlVariable: string;
  readonly imageVariable: string;
  readonly defaultImage: string;
  readonly port: number;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
  /** Before `host:port`. */
  readonly urlPrefix: string;
}

export const SERVERS = {
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
} as const satisfies Readonly<Record<string, ServerKind>>;

export type ServerName = keyof typeof SERVERS;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The image for a container of this server. */
export function serverImage(name: ServerName, env: Environment): string {
  const { imageVariable, defaultImage } = SERVERS[name];
  return env[imageVariable] || defaultImage;
}
