import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { GenericContainer } from "testcontainers";

const run = promisify(execFile);

/** A broker in a container of its own, to be ill-treated; it keeps its port and its data throughout. */
export interface BrokerContainer {
  readonly port: number;
  /** `docker restart`: the process is asked to stop, and given 3 s. */
  restart(): Promise<void>;
  /** `kill -9` of the broker's process, then started again. */
  kill(): Promise<void>;
  /** Ends the process, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Leaves connections open, and everything on them unanswered. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  remove(): Promise<void>;
}

export async function startBroker(
  image: string,
  containerPort: number,
  command: readonly string[] = [],
): Promise<BrokerContainer> {
  const port = await freePort();
  const built = new GenericContainer(image).withExposedPorts({ container: containerPort, host: port });
  const container = await (command.length > 0 ? built.withCommand([...command]) : built).start();
  const docker = async (...args: readonly string[]) => void (await run("docker", [...args, container.getId()]));
  return {
    port,
    restart: () => docker("restart", "--time", "3"),
    kill: async () => {
      await docker("kill", "--signal", "KILL");
      await docker("start");
    },
    stop: () => docker("kill", "--signal", "KILL"),
    start: () => docker("start"),
    pause: () => docker("pause"),
    unpause: () => docker("unpause"),
    remove: async () => void (await container.stop()),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
