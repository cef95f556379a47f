import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSite, type Site } from "@crm-engine/http";

/** In the built folder: the hash of what it was built from. */
const SOURCES_FILE = ".sources";

/** What of the console's package the builder uses. */
export interface BuildPaths {
  /** Where `npm run build` leaves what it makes. */
  readonly out: string;
  /** Where it is when it is whole. */
  readonly dist: string;
  readonly lock: string;
  readonly log: string;
}

export function buildPaths(folder: string): BuildPaths {
  const dist = join(folder, "dist");
  return { out: join(folder, "out"), dist, lock: `${dist}.lock`, log: `${dist}.log` };
}

/** The built console, if it was made of sources with this hash. */
export async function openBuilt({ dist }: BuildPaths, hash: string): Promise<Site | undefined> {
  try {
    if ((await readFile(join(dist, SOURCES_FILE), "utf8")) !== hash) return undefined;
    return await openSite(dist);
  } catch {
    return undefined;
  }
}

/**
 * Puts what the build made in its place. Throws CrmError `invalid` where it is no console. A process that dies meanwhile leaves the
 * former one, none, or this one; never a part.
 */
export async function place({ out, dist }: BuildPaths, hash: string): Promise<Site> {
  const site = await openSite(out);
  await writeFile(join(out, SOURCES_FILE), hash);
  const former = `${dist}.old`;
  await rm(former, { recursive: true, force: true });
  if (existsSync(dist)) await rename(dist, former);
  await rename(out, dist);
  await rm(former, { recursive: true, force: true });
  return site;
}
