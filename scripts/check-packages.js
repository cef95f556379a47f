import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

/**
 * Packs each published package and looks at what a user would get: publint and arethetypeswrong find nothing, no test is in
 * it, and no declaration names a database or broker driver outside that driver's own folder.
 */
const root = resolve(import.meta.dirname, "..");
const DRIVERS = ["node:sqlite", "@photostructure/sqlite", "mongodb", "ioredis", "amqplib", "nodemailer"];
/** Folders whose declarations may name the driver: users who import that subpath have it installed. */
const OWN_FOLDER = new Map([
  ["@photostructure/sqlite", "dist/sqlite/"],
  ["mongodb", "dist/mongo/"],
  ["ioredis", "dist/redis/"],
  ["amqplib", "dist/rabbitmq/"],
  ["nodemailer", "dist/smtp/"],
]);

/** @param {string} command @param {readonly string[]} args @param {string} cwd */
function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: "utf8" });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}`.trim(), stdout: result.stdout ?? "" };
}

/** @param {string} name @param {readonly string[]} args */
function runTool(name, args) {
  const { ok, output } = run(join(root, "node_modules/.bin", name), args, root);
  return ok ? [] : [`${name} ${args.join(" ")}\n${output}`];
}

/** @param {string} folder An unpacked package. @returns {string[]} */
function faultsOfFiles(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (/\.(test|fixture)\./.test(name)) return [`${name} is for tests only`];
    return name.endsWith(".d.ts") ? driversNamed(readFileSync(path, "utf8"), name) : [];
  });
}

/** @param {string} declaration @param {string} name @returns {string[]} */
function driversNamed(declaration, name) {
  const named = DRIVERS.filter((driver) => declaration.includes(`"${driver}"`) || declaration.includes(`'${driver}'`));
  return named.filter((driver) => !name.startsWith(OWN_FOLDER.get(driver) ?? "\0")).map((driver) => `${name} names ${driver}`);
}

/** @param {string} folder @param {string} scratch @returns {string[]} */
function faultsOf(folder, scratch) {
  const packed = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], folder);
  if (!packed.ok) return [`npm pack failed\n${packed.output}`];
  const tarball = join(scratch, JSON.parse(packed.stdout)[0].filename);
  const unpacked = join(scratch, `unpacked-${folder.split("/").at(-1)}`);
  mkdirSync(unpacked);
  const untar = run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"], root);
  if (!untar.ok) return [`tar failed\n${untar.output}`];
  return [
    ...runTool("publint", ["run", "--strict", tarball]),
    ...runTool("attw", ["--profile", "esm-only", tarball]),
    ...faultsOfFiles(unpacked),
  ];
}

const scratch = mkdtempSync(join(tmpdir(), "crm-packages-"));
let checked = 0;
try {
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    if (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private) continue;
    checked += 1;
    const faults = faultsOf(folder, scratch);
    console.log(`packages/${name}: ${faults.length === 0 ? "ok" : `${faults.length} faults`}`);
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (checked === 0) process.exitCode = 1;
