import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { freePort } from "./free-port.js";

const run = promisify(execFile);

/** A server in a container of our own, to be ill-treated; it keeps its port and its data throughout. */
export interface Container {
  readonly port: number;
  /** `kill -9` of the server's process. */
  kill(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  /** Leaves connections open, and everything on them unanswered. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  remove(): Promise<void>;
}

export interface ContainerOptions {
  readonly image: string;
  readonly port: number;
  /** Instead of the image's own. */
  readonly command: readonly string[];
}

export function hasDocker(): Promise<boolean> {
  return run("docker", ["version", "--format", "{{.Server.Version}}"]).then(
    () => true,
    () => false,
  );
}

export async function startContainer({ image, port: inside, command }: ContainerOptions): Promise<Container> {
  const port = await freePort();
  const label = `crm-engine.prove=${process.pid}`;
  const ports = `127.0.0.1:${port}:${inside}`;
  const { stdout } = await run("docker", ["run", "--detach", "--label", label, "--publish", ports, image, ...command]);
  const id = stdout.trim();
  const docker = async (...args: readonly string[]) => void (await run("docker", [...args, id]));
  return {
    port,
    kill: () => docker("kill", "--signal", "KILL"),
    start: () => docker("start"),
    pause: () => docker("pause"),
    unpause: () => docker("unpause"),
    remove: () => docker("rm", "--force", "--volumes"),
  };
}
