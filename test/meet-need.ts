import { GenericContainer, getContainerRuntimeClient } from "testcontainers";
import { serverAt } from "./server-at.js";
import { type Met, type Need, SERVICES, type ServiceKind, type ServiceName, serviceImage } from "./service-catalogue.js";

/** Ends a container. */
export type Stop = () => Promise<unknown>;

const STARTUP_MS = 120_000;
const ANSWER_MS = 10_000;

/** By the server that was named, else by a container, whose end is added to `stops` and whose URL is put into the environment. */
export async function meet(need: Need, stops: Stop[]): Promise<Met> {
  if (need === "docker") return (await hasDocker()) ? {} : { missing: "needs a Docker engine" };
  const kind: ServiceKind = SERVICES[need];
  const url = process.env[kind.urlVariable];
  return url ? { server: await serverGiven(need, url) } : await startServer(need, kind, stops);
}

/** A server that was named, and does not answer, fails the run: whoever named it meant it to be used. */
async function serverGiven(name: ServiceName, url: string): Promise<string> {
  const { label, urlVariable } = SERVICES[name];
  return await serverAt(name, url, ANSWER_MS).catch((cause: unknown) => {
    throw new Error(`${urlVariable} is set, but no ${label} answers there: ${messageOf(cause)}`, { cause });
  });
}

async function startServer(name: ServiceName, kind: ServiceKind, stops: Stop[]): Promise<Met> {
  const { label, urlVariable, port, command, urlPrefix } = kind;
  if (!(await hasDocker())) return { missing: `needs ${label}: set ${urlVariable}, or run a Docker engine` };
  const image = serviceImage(name);
  try {
    const blank = new GenericContainer(image).withExposedPorts(port).withStartupTimeout(STARTUP_MS);
    const container = await (command ? blank.withCommand([...command]) : blank).start();
    stops.push(() => container.stop());
    const url = `${urlPrefix}${container.getHost()}:${container.getMappedPort(port)}`;
    const server = await serverAt(name, url, STARTUP_MS);
    process.env[urlVariable] = url;
    return { server };
  } catch (error) {
    return { missing: `needs ${label}: set ${urlVariable}; a container of ${image} did not start: ${messageOf(error)}` };
  }
}

function hasDocker(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
