import { readFile } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { type Met, NEEDS, type Need } from "./service-needs.js";

/**
 * Vitest's global set-up: one set of servers for the whole run, and only those that its `*.int.test.ts` files need, with their URLs
 * in the environment. Returns what stops them, which Vitest calls also when tests failed.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const needed = await needsOf(project.vitest.state.getPaths());
  if (needed.length === 0) {
    project.provide("services", {});
    return async () => undefined;
  }
  // Loaded for runs that need it, and after a build only.
  const built = await import("@crm-engine/servers").catch((cause: unknown) => {
    throw new Error("The tests need @crm-engine/servers, which can't be loaded: run `npm run build` first.", { cause });
  });
  const servers = built.createServers(process.env);
  const meet = async (need: Need): Promise<Met> => {
    if (need === "docker") return (await built.hasDocker()) ? {} : { missing: "needs a Docker engine" };
    const server = await servers.open(need);
    if ("missing" in server) return server;
    process.env[built.SERVERS[need].urlVariable] = server.url;
    return { server: server.product };
  };
  try {
    const met = await Promise.all(needed.map(async (need) => [need, await meet(need)] as const));
    project.provide("services", Object.fromEntries(met));
    return servers.stop;
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

async function needsOf(paths: readonly string[]): Promise<readonly Need[]> {
  const files = paths.filter((path) => path.endsWith(".int.test.ts"));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const named = texts.flatMap((text) => [...text.matchAll(/\bneeds\(([^)]*)\)/g)].map(([, names]) => names ?? "")).join();
  return NEEDS.filter((need) => named.includes(`"${need}"`));
}
