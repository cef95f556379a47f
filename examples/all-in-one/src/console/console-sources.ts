import { fileURLToPath } from "node:url";

export interface ConsoleSources {
  /** The console's package. */
  readonly folder: string;
  /** The built packages that it bundles: their `dist` folders. */
  readonly libraries: readonly string[];
}

/** The console of this repository, or a package somewhere else that is made like it. */
export function consoleSources(folder = inRepository("examples/console")): ConsoleSources {
  return { folder, libraries: [inRepository("packages/client/dist"), inRepository("packages/core/dist")] };
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}
