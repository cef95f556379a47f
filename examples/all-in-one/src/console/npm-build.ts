import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runNpm, type StepOptions, type StepResult } from "./npm-step.js";

/** In node_modules: what is installed there. npm ci begins by removing both. */
const INSTALLED_FILE = "node_modules/.crm-installed";

export type Step = "installing" | "building";

/** A step that did not come to its end, and what it was. */
export type BuildResult =
  | { readonly status: "done" }
  | (Exclude<StepResult, { readonly status: "done" }> & { readonly command: string });

/** `npm ci`, unless just that is installed already, and `npm run build`, into an `out` folder that nothing is left in. */
export async function buildWithNpm(options: StepOptions, onStep: (step: Step) => void): Promise<BuildResult> {
  const { folder } = options;
  await rm(join(folder, "out"), { recursive: true, force: true });
  const wanted = await hashOfPackages(folder);
  if (wanted !== (await readFile(join(folder, INSTALLED_FILE), "utf8").catch(() => undefined))) {
    onStep("installing");
    const installed = await step(["ci", "--include=dev", "--no-audit", "--no-fund"], options);
    if (installed.status !== "done") return installed;
    // A package without dependencies has no such folder, and is installed in no time.
    await writeFile(join(folder, INSTALLED_FILE), wanted).catch(() => undefined);
  }
  onStep("building");
  return step(["run", "build"], options);
}

async function step(args: readonly string[], options: StepOptions): Promise<BuildResult> {
  const command = `npm ${args.filter((arg) => !arg.startsWith("--")).join(" ")}`;
  options.onOutput(`\n$ ${command}   # ${new Date().toISOString()}\n`);
  const result = await runNpm(args, options);
  return result.status === "done" ? { status: "done" } : { ...result, command };
}

/** Some packages hold programs of one platform, or of one version of Node. */
async function hashOfPackages(folder: string): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}\n`);
  for (const name of ["package.json", "package-lock.json"]) hash.update(await readFile(join(folder, name)));
  return hash.digest("hex");
}
