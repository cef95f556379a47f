import { readFile } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import type { Stop } from "./meet-need.js";
import { NEEDS, type Need } from "./service-catalogue.js";

/**
 * Vitest's global set-up: one set of servers for the whole run, and only those that its `*.int.test.ts` files need. Returns what
 * stops them, which Vitest calls also when tests failed.
 */
export async function setup(project: TestProject): Promise<Stop> {
  const needed = await needsOf(project.vitest.state.getPaths());
  const stops: Stop[] = [];
  const stop = () => Promise.all(stops.map((stopOne) => stopOne()));
  try {
    project.provide("services", needed.length > 0 ? await meetAll(needed, stops) : {});
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function needsOf(paths: readonly string[]): Promise<readonly Need[]> {
  const files = paths.filter((path) => path.endsWith(".int.test.ts"));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const named = texts.flatMap((text) => [...text.matchAll(/\bneeds\(([^)]*)\)/g)].map(([, names]) => names ?? "")).join();
  return NEEDS.filter((need) => named.includes(`"${need}"`));
}

/** All at once; rejects only when nothing is being started any more. */
async function meetAll(needed: readonly Need[], stops: Stop[]) {
  // Loaded for runs that need it: it takes a second.
  const { meet } = await import("./meet-need.js");
  const results = await Promise.allSettled(needed.map(async (need) => [need, await meet(need, stops)] as const));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return Object.fromEntries(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
}
