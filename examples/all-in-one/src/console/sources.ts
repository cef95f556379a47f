import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a build of the console leaves in its folder, what only tests and checks use, and what a person reads. */
const NOT_SOURCES =
  /^(node_modules|out|dist|test|coverage|test-results|playwright-report|next-env\.d\.ts|tsconfig\.(test|layers)\.json)$|\.test\.tsx?$|^dist\.|\.(tsbuildinfo|log|md)$/;
const BUNDLED = /\.(js|d\.ts)$/;

/**
 * A hash over all that a build of the console comes from: its own files and lockfile, and what it bundles of the built packages
 * (`libraries`: their `dist` folders). The same files give the same hash, wherever the repository lies and whenever they were written.
 */
export async function hashOfSources(folder: string, libraries: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const add = async (root: string, isPart: (name: string) => boolean): Promise<void> => {
    for (const path of await filesBelow(root, "", isPart)) {
      const digest = createHash("sha256").update(await readFile(join(root, path)));
      hash.update(`${path}\0${digest.digest("hex")}\n`);
    }
    hash.update("\n");
  };
  await add(folder, (name) => !NOT_SOURCES.test(name));
  for (const library of libraries) await add(library, (name) => !name.includes(".") || BUNDLED.test(name));
  return hash.digest("hex");
}

/** In the order of their names; hidden folders (`.next`, `.git`) are nobody's source, hidden files (`.npmrc`) may be. */
async function filesBelow(root: string, parent: string, isPart: (name: string) => boolean): Promise<readonly string[]> {
  const entries = await readdir(join(root, parent), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!isPart(entry.name)) continue;
    const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    if (entry.isDirectory() && !entry.name.startsWith(".")) found.push(...(await filesBelow(root, path, isPart)));
  }
  return found;
}
