import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { parse } from "parse5";

/**
 * Seals a static export, so that it can be served as it stands: `node scripts/seal.mjs [out]`.
 *
 * Beside each text it leaves the same compressed (`.br`, `.gz`), where that is smaller; in `.policies.json`, per page, the hashes of
 * its own inline scripts, as a Content-Security-Policy quotes them: { "/segments.html": "sha256-… sha256-…" }. That file is
 * written last: a folder that has it is whole. Can be repeated.
 */
const folder = resolve(process.argv[2] ?? "out");
const POLICIES = ".policies.json";
const TEXTS = new Set([".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".webmanifest", ".xml"]);
/** Below, headers weigh more than what is saved. */
const MIN_BYTES = 512;

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** @param {string} parent @returns {Promise<string[]>} Paths from the folder, each with a slash before it. */
async function filesIn(parent) {
  const entries = await readdir(join(folder, parent), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = `${parent}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}

/**
 * A browser hashes the text of the element, which a parser gives as the browser's own does.
 *
 * @param {import("parse5").DefaultTreeAdapterTypes.Node} node
 * @returns {string[]} The texts of all inline scripts below it, in order.
 */
function inlineScripts(node) {
  if (!("childNodes" in node)) return [];
  const isInline = node.nodeName === "script" && "attrs" in node && !node.attrs.some(({ name }) => name === "src");
  if (isInline) return [node.childNodes.map((child) => ("value" in child ? child.value : "")).join("")];
  return node.childNodes.flatMap(inlineScripts);
}

/** @param {string} html */
function policyOf(html) {
  const hashes = inlineScripts(parse(html)).map((script) => `sha256-${createHash("sha256").update(script).digest("base64")}`);
  return [...new Set(hashes)].join(" ");
}

/** @param {string} path @param {Buffer} bytes */
async function compress(path, bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const variants = /** @type {const} */ ([
    [".br", await brotli(bytes, { params })],
    [".gz", await deflate(bytes, { level: 9 })],
  ]);
  for (const [end, packed] of variants) {
    if (packed.length < bytes.length) await writeFile(join(folder, path + end), packed);
  }
}

await rm(join(folder, POLICIES), { force: true });
const paths = (await filesIn("")).filter((path) => TEXTS.has(extname(path)));
/** @type {Record<string, string>} */
const policies = {};
for (const path of paths) {
  const bytes = await readFile(join(folder, path));
  for (const end of [".br", ".gz"]) await rm(join(folder, path + end), { force: true });
  if (extname(path) === ".html") policies[path] = policyOf(bytes.toString("utf8"));
  if (bytes.length >= MIN_BYTES) await compress(path, bytes);
}
await writeFile(join(folder, `${POLICIES}.new`), `${JSON.stringify(policies, null, 2)}\n`);
await rename(join(folder, `${POLICIES}.new`), join(folder, POLICIES));
console.log(`sealed: ${Object.keys(policies).length} pages, ${paths.length} texts, compressed`);
