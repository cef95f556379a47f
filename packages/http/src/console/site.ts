import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CrmError } from "@crm-engine/core";
import { z } from "@hono/zod-openapi";
import { getMimeType } from "hono/utils/mime";

/** The pages' own scripts, as the build sealed them: `{ "/segments.html": "sha256-… sha256-…" }`. */
const POLICIES_FILE = ".policies.json";
const policiesSchema = z.record(z.string(), z.string().regex(/^(sha256-[A-Za-z0-9+/]{43}=( |$))*$/));

/** Ends of the files that the build compressed, the ones to be preferred first. */
const CODINGS = { br: ".br", gzip: ".gz" } as const;
/** What no console comes near: somebody named another folder. */
const MAX_BYTES = 64 * 2 ** 20;

export type Coding = keyof typeof CODINGS | "identity";

export interface SiteFile {
  readonly type: string;
  /** Its name changes with its content. */
  readonly immutable: boolean;
  /** Of a page: hashes of the scripts that it may run inline, as a Content-Security-Policy quotes them. */
  readonly scripts?: readonly string[];
  /** Smallest first; the last is the file itself. */
  readonly bodies: readonly SiteBody[];
}

export interface SiteBody {
  readonly coding: Coding;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** A built console as it was when it was opened: a build that replaces the folder meanwhile changes nothing of it. */
export interface Site {
  /** What the path of a URL names: a file, or a page without its `.html`. Nothing else than the files that were read can be named. */
  find(pathname: string): SiteFile | undefined;
  readonly notFound: SiteFile;
}

/**
 * Reads a built console into memory; links and names that begin with a dot are left out. Throws CrmError `invalid` where the
 * folder is none, with what is missing.
 */
export async function openSite(folder: string): Promise<Site> {
  const policies = await readPolicies(folder);
  const contents = await readFiles(folder);
  const files = new Map(
    [...contents].flatMap(([path, bytes]) => {
      const isVariant = Object.values(CODINGS).some((end) => path.endsWith(end) && contents.has(path.slice(0, -end.length)));
      return isVariant ? [] : [[path, siteFile(path, bytes, contents, policies[path])] as const];
    }),
  );
  const notFound = files.get("/404.html");
  for (const name of ["index.html", "404.html"]) if (!files.has(`/${name}`)) throw noConsole(folder, name);
  if (notFound === undefined) throw noConsole(folder, "404.html");
  return {
    notFound,
    find: (pathname) => {
      const path = decoded(pathname);
      if (path === undefined) return undefined;
      return files.get(path) ?? files.get(`${path}.html`) ?? files.get(`${path.replace(/\/$/, "")}/index.html`);
    },
  };
}

async function readPolicies(folder: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(join(folder, POLICIES_FILE), "utf8");
  } catch (cause) {
    throw noConsole(folder, POLICIES_FILE, cause);
  }
  try {
    return policiesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw noConsole(folder, `a readable ${POLICIES_FILE}`, cause);
  }
}

function noConsole(folder: string, missing: string, cause?: unknown): CrmError {
  const message = `${JSON.stringify(resolve(folder))} is no built console: ${missing} is missing.`;
  return new CrmError("invalid", message, { cause });
}

/** All regular files by their path from the folder, which begins with a slash. */
async function readFiles(root: string): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  let total = 0;
  const read = async (parent: string): Promise<void> => {
    for (const entry of await readdir(join(root, parent), { withFileTypes: true })) {
      const path = `${parent}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await read(path);
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(root, path));
      total += bytes.length;
      if (total > MAX_BYTES) throw noConsole(root, `an end within ${MAX_BYTES / 2 ** 20} MiB`);
      contents.set(path, bytes);
    }
  };
  await read("");
  return contents;
}

function siteFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  policy: string | undefined,
): SiteFile {
  const packed = Object.entries(CODINGS).flatMap(([coding, end]) => {
    const packedBytes = contents.get(path + end);
    return packedBytes === undefined ? [] : [body(coding as Coding, packedBytes)];
  });
  const type = getMimeType(path) ?? "application/octet-stream";
  return {
    type,
    immutable: path.startsWith("/_next/static/"),
    ...(type.startsWith("text/html") ? { scripts: (policy ?? "").split(" ").filter((hash) => hash !== "") } : {}),
    bodies: [...packed, body("identity", bytes)],
  };
}

/** Each coding is a representation of its own, so its tag is too. */
function body(coding: Coding, bytes: Uint8Array<ArrayBuffer>): SiteBody {
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { coding, bytes, etag: `"${digest.slice(0, 27)}"` };
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}
