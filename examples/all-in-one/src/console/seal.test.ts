import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { openSite } from "@crm-engine/http";
import { afterEach, beforeEach, expect, it } from "vitest";

const SEAL = fileURLToPath(new URL("../../../console/scripts/seal.mjs", import.meta.url));
const PAGE = `<!DOCTYPE html><html><head><script src="/a.js">ignored</script><script>one("</b>")</script></head>
<body><!-- <script>comment</script> --><textarea><script>text</script></textarea><template><script>inert</script></template>
<script>\r\n  two("é & &amp;")\r\n</script><svg><script>three()</script></svg><script>one("</b>")</script></body></html>`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-seal-"));
  mkdirSync(join(folder, "_next/static"), { recursive: true });
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "404.html"), "<h1>None</h1>");
  writeFileSync(join(folder, "_next/static/app.js"), "x();".repeat(500));
  writeFileSync(join(folder, "_next/static/picture.png"), "x".repeat(2_000));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const seal = (): string => execFileSync(process.execPath, [SEAL, folder], { encoding: "utf8" });
const sha256 = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

it("hashes each page's own inline scripts as a browser reads them", () => {
  expect(seal()).toMatch(/^sealed: 2 pages/);
  expect(JSON.parse(readFileSync(join(folder, ".policies.json"), "utf8"))).toEqual({
    "/404.html": "",
    "/index.html": [sha256('one("</b>")'), sha256('\n  two("é & &amp;")\n'), sha256("three()")].join(" "),
  });
});

it("leaves what is smaller compressed beside the text, and nothing beside the rest", () => {
  seal();
  const read = (end: string) => readFileSync(join(folder, `_next/static/app.js${end}`));
  expect(brotliDecompressSync(read(".br"))).toEqual(read(""));
  expect(gunzipSync(read(".gz"))).toEqual(read(""));
  expect(readdirSync(join(folder, "_next/static")).sort()).toEqual(["app.js", "app.js.br", "app.js.gz", "picture.png"]);
  expect(existsSync(join(folder, "404.html.br"))).toBe(false);
});

it("can be repeated: what no longer belongs to a text goes", () => {
  seal();
  writeFileSync(join(folder, "_next/static/app.js"), "small");
  seal();
  expect(existsSync(join(folder, "_next/static/app.js.br"))).toBe(false);
});

it("makes what the server opens", async () => {
  await expect(openSite(folder)).rejects.toMatchObject({ code: "invalid" });
  seal();
  const site = await openSite(folder);
  expect(site.find("/")?.scripts).toHaveLength(3);
  expect(site.find("/_next/static/app.js")?.bodies.map(({ coding }) => coding)).toEqual(["br", "gzip", "identity"]);
});
