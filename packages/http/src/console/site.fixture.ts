import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export const HASH = `sha256-${"A".repeat(43)}=`;
export const SCRIPT = `console.log(${JSON.stringify("x".repeat(2_000))});`;

/** A folder such as a build of the console makes, with a secret beside it and ways that might lead there. */
export function builtSite(): { readonly folder: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "crm-site-"));
  const folder = join(parent, "out");
  const files = {
    "../secret.txt": "secret",
    "index.html": "<h1>Overview</h1>",
    "404.html": "<h1>No such page</h1>",
    "segments.html": "<h1>Segments</h1><script>1</script>",
    "campaigns/log.html": "<h1>Log</h1>",
    "campaigns/index.html": "<h1>Campaigns</h1>",
    "a b+c.txt": "spaced",
    "docs.html": "a shadow",
    "healthz.html": "a shadow",
    "api/customers": "a shadow",
    "api/nothing.html": "a shadow",
    ".policies.json": JSON.stringify({ "/segments.html": `${HASH} ${HASH}`, "/404.html": HASH }),
    ".env": "secret",
    ".git/config": "secret",
    "_next/static/app-1a2b.js": SCRIPT,
    "_next/static/app-1a2b.js.br": brotliCompressSync(SCRIPT),
    "_next/static/app-1a2b.js.gz": gzipSync(SCRIPT),
    "icon.svg": "<svg/>",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync("../secret.txt", join(folder, "link.txt"));
  symlinkSync("..", join(folder, "up"));
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
