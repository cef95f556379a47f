import { freePort } from "./free-port.js";

/** A server in a container of our own, to be ill-treated; it keeps its port and its data throughout. */
export interface Container {
  readonly host: string;
  readonly port: number;
  /** `kill -9` of the server's process. */
  kill(): Promise<void>;
  /** Asks the process to stop, kills it after 3 s, and starts it again. */
  restart(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  /** Leaves connections open, and everything on them unanswered. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** Runs a command inside, to its end; throws, with what it said, where that is no success. */
  run(command: readonly string[]): Promise<void>;
  /** In whatever state it is. */
  remove(): Promise<void>;
}

export interface ContainerOptions {
  readonly image: string;
  readonly port: number;
  /** Instead of the image's own, unless it is empty. */
  readonly command: readonly string[];
}

export const STARTUP_MS = 120_000;

// Loaded by runs that need a container: it takes a second.
const testcontainers = () => import("testcontainers");

export async function hasDocker(): Promise<boolean> {
  const { getContainerRuntimeClient } = await testcontainers();
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** Settles when the port is open; the server behind it may not answer yet. Leaves nothing behind where it fails. */
export async function startContainer({ image, port: inside, command }: ContainerOptions): Promise<Container> {
  const { GenericContainer, getContainerRuntimeClient } = await testcontainers();
  // Chosen here, since Docker would choose another one with each start.
  const port = await freePort();
  const blank = new GenericContainer(image).withExposedPorts({ container: inside, host: port }).withStartupTimeout(STARTUP_MS);
  const started = await (command.length > 0 ? blank.withCommand([...command]) : blank).start();
  const host = started.getHost();
  const docker = (await getContainerRuntimeClient()).container.getById(started.getId());
  return {
    // `localhost` is an IPv6 address too: clients would try a server that is away twice.
    host: host === "localhost" ? "127.0.0.1" : host,
    port,
    kill: async () => void (await docker.kill({ signal: "SIGKILL" })),
    restart: async () => void (await docker.restart({ t: 3 })),
    start: async () => void (await docker.start()),
    pause: async () => void (await docker.pause()),
    unpause: async () => void (await docker.unpause()),
    run: async (command) => {
      const { exitCode, output } = await started.exec([...command]);
      if (exitCode !== 0) throw new Error(`${command.join(" ")} failed: ${output}`);
    },
    remove: async () => void (await docker.remove({ force: true, v: true })),
  };
}
