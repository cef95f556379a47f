import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type RunningApp, runningApp } from "../running-app.fixture.js";
import { serve } from "../serve.js";
import { builtSite, HASH, SCRIPT } from "./site.fixture.js";
import { openSite, type Site } from "./site.js";
import type { ConsoleState } from "./web-console.js";

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const SCRIPT_PATH = "/_next/static/app-1a2b.js";

let built: ReturnType<typeof builtSite>;
let site: Site;
let open: RunningApp;
let keyed: RunningApp;
let state: ConsoleState;
beforeAll(async () => {
  built = builtSite();
  site = await openSite(built.folder);
  state = { status: "built", site };
  open = await runningApp({ console: { state: () => state }, messageIdOf: () => undefined });
  keyed = await runningApp({ console: { state: () => state }, apiKey: "s3cret-key" });
});
afterAll(async () => {
  await Promise.all([open.close(), keyed.close()]);
  built.remove();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> => open.call("GET", path, undefined, headers);

/** What a socket answers to a path that no client has tidied. */
async function getRaw(url: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on("error", reject)
      .end();
  });
}

describe("a built console", () => {
  it("is served at /: pages with and without .html, files by their paths", async () => {
    const answers = await Promise.all(
      ["/", "/segments", "/segments.html", "/segments?tab=1", "/campaigns", "/campaigns/log", "/a%20b%2Bc.txt", "/icon.svg"].map(
        async (path) => {
          const { status, text, headers } = await get(path);
          return [path, status, text, headers.get("content-type"), headers.get("cache-control")];
        },
      ),
    );
    const html = "text/html; charset=utf-8";
    expect(answers).toEqual([
      ["/", 200, "<h1>Overview</h1>", html, "no-cache"],
      ["/segments", 200, "<h1>Segments</h1><script>1</script>", html, "no-cache"],
      ["/segments.html", 200, "<h1>Segments</h1><script>1</script>", html, "no-cache"],
      ["/segments?tab=1", 200, "<h1>Segments</h1><script>1</script>", html, "no-cache"],
      ["/campaigns", 200, "<h1>Campaigns</h1>", html, "no-cache"],
      ["/campaigns/log", 200, "<h1>Log</h1>", html, "no-cache"],
      ["/a%20b%2Bc.txt", 200, "spaced", "text/plain; charset=utf-8", "no-cache"],
      ["/icon.svg", 200, "<svg/>", "image/svg+xml; charset=utf-8", "no-cache"],
    ]);
  });

  it("gives out nothing but the files that were read", async () => {
    const server = await serve(open.app, { port: 0 });
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e%2fsecret.txt",
      "/%252e%252e%252fsecret.txt",
      "/..%5csecret.txt",
      "/..\\secret.txt",
      "//etc/passwd",
      "/_next/static/../../../secret.txt",
      "/_next/static/..%2f..%2f..%2fsecret.txt",
      "/link.txt",
      "/up/secret.txt",
      "/.env",
      "/%2eenv",
      "/.git/config",
      "/.policies.json",
      "/secret.txt%00.html",
      "/%ff",
      "/%",
      `${SCRIPT_PATH}.br`,
      "/_next/static",
    ]) {
      const { status, text } = await getRaw(server.url, path);
      expect([path, status, /secret$|root:/.test(text)]).toEqual([path, path.includes("\\") ? 400 : 404, false]);
    }
    await server.close();
  });

  it("is answered to GET and HEAD alone", async () => {
    const head = await open.call("HEAD", SCRIPT_PATH);
    expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", String(SCRIPT.length)]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      expect([method, (await open.call(method, "/segments", undefined, HTML)).status]).toEqual([method, 404]);
      expect([method, (await open.call(method, "/", undefined, HTML)).status]).toEqual([method, 405]);
    }
  });

  it("is tagged, so that what a browser has is not sent again, and keeps its policy then", async () => {
    const first = await get("/segments");
    const tag = first.headers.get("etag") ?? "";
    for (const sent of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await get("/segments", { "if-none-match": sent });
      expect([sent, again.status, again.text, again.headers.get("etag")]).toEqual([sent, 304, "", tag]);
      expect(again.headers.get("cache-control")).toBe("no-cache");
      expect(again.headers.get("content-security-policy")).toBe(first.headers.get("content-security-policy"));
    }
    expect((await get("/segments", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("leaves compressed where the browser takes it, as a representation of its own", async () => {
    const ask = async (encoding?: string) => {
      const response = await open.app.request(
        SCRIPT_PATH,
        encoding === undefined ? {} : { headers: { "accept-encoding": encoding } },
      );
      return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const plain = await ask();
    const br = await ask("gzip, deflate, br, zstd");
    const gzip = await ask("gzip;q=1.0, br;q=0");
    expect([plain, br, gzip].map(({ headers }) => headers.get("content-encoding"))).toEqual([null, "br", "gzip"]);
    expect(plain.bytes.toString()).toBe(SCRIPT);
    expect(brotliDecompressSync(br.bytes).toString()).toBe(SCRIPT);
    expect(gunzipSync(gzip.bytes).toString()).toBe(SCRIPT);
    expect(new Set([plain, br, gzip].map(({ headers }) => headers.get("etag"))).size).toBe(3);
    for (const { headers, bytes } of [plain, br, gzip]) {
      expect(headers.get("vary")).toBe("Accept-Encoding");
      expect(headers.get("content-length")).toBe(String(bytes.length));
      expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
    for (const encoding of ["identity", "deflate", "br;q=0, gzip;q=0", ""]) {
      expect([encoding, (await ask(encoding)).headers.get("content-encoding")]).toEqual([encoding, null]);
    }
  });

  it("sends ranges as a whole, which is never a mixture of two builds", async () => {
    const { status, text } = await get("/segments", { range: "bytes=0-3" });
    expect([status, text.length]).toEqual([200, 35]);
  });

  it("lets each page run its own scripts and no other", async () => {
    const policy = async (path: string) => (await get(path, HTML)).headers.get("content-security-policy") ?? "";
    expect(await policy("/segments")).toBe(
      `default-src 'self'; script-src 'self' '${HASH}' '${HASH}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self'; frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
    expect(await policy("/")).toContain("script-src 'self';");
    expect(await policy("/nothing")).toContain(`script-src 'self' '${HASH}';`);
    for (const path of ["/docs", "/healthz", "/icon.svg"]) {
      expect([path, await policy(path)]).toEqual([
        path,
        expect.stringMatching(/^default-src 'self'; img-src 'self' data:; style-src/),
      ]);
    }
  });

  it("shows its own page for what is not there, if it is asked for as a page", async () => {
    const page = await get("/nothing", HTML);
    expect([page.status, page.text, page.headers.get("etag")]).toEqual([404, "<h1>No such page</h1>", null]);
    for (const accept of ["*/*", "application/json", "text/html;q=0"]) {
      const { status, headers } = await get("/nothing", { accept });
      expect([accept, status, headers.get("content-type")]).toEqual([accept, 404, "application/problem+json"]);
    }
  });

  it("stands in no one's light", async () => {
    for (const path of ["/docs", "/healthz", "/readyz", "/openapi.json", "/docs/start.js", "/api/customers"]) {
      const { status, text } = await get(path, HTML);
      expect([path, status, text.includes("shadow")]).toEqual([path, 200, false]);
    }
    for (const path of ["/api", "/api/nothing", "/api/customers/nobody", "/downloads/nothing"]) {
      const { status, headers } = await get(path, HTML);
      expect([path, status, headers.get("content-type")]).toEqual([path, 404, "application/problem+json"]);
    }
    expect((await get("/api/receipts", HTML)).status).toBe(405);
    expect((await get("/unsubscribe/nothing", HTML)).text).not.toContain("No such page");
  });

  it("needs no key, which the API goes on to want", async () => {
    const ask = async (method: string, path: string) => (await keyed.call(method, path, undefined, HTML)).status;
    for (const path of ["/", "/segments", SCRIPT_PATH]) expect([path, await ask("GET", path)]).toEqual([path, 200]);
    expect(await ask("GET", "/nothing")).toBe(404);
    for (const path of ["/api/customers", "/api/nothing", "/api"]) expect([path, await ask("GET", path)]).toEqual([path, 401]);
    expect(await ask("POST", "/segments")).toBe(401);
    expect((await keyed.call("GET", "/nothing")).status).toBe(401);
    expect((await keyed.call("GET", "http://crm.example.com/segments")).status).toBe(200);
  });

  it("is for this machine only where there is no key", async () => {
    expect((await get("http://rebound.example.com/segments", HTML)).status).toBe(403);
    expect((await get("/segments", { origin: "http://other.example.com" })).status).toBe(403);
  });
});

describe("without a built console", () => {
  const unbuilt = async (next: ConsoleState, path: string, app = open, headers: Record<string, string> = HTML) => {
    state = next;
    const { status, text, headers: answered } = await app.call("GET", path, undefined, headers);
    state = { status: "built", site };
    return { status, text, headers: answered };
  };

  it.each(["checking", "waiting", "installing", "building"] as const)(
    "says that it is %s, for how long, and looks again by itself",
    async (status) => {
      const { text, ...answer } = await unbuilt({ status, since: new Date(Date.now() - 42_000) }, "/");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(text).toMatch(/<head>.*<meta http-equiv="refresh" content="\d+">.*<\/head>/);
      expect(text).toMatch(/4[23] s/);
      expect(text).toContain('href="/docs"');
      expect(text).not.toContain("<script");
      const page = await unbuilt({ status, since: new Date() }, "/segments");
      expect([page.status, page.headers.get("retry-after"), page.text.includes("being built")]).toEqual([503, "3", true]);
      expect((await unbuilt({ status, since: new Date() }, "/segments", open, {})).status).toBe(404);
      expect((await unbuilt({ status, since: new Date() }, "/api/nothing")).status).toBe(404);
    },
  );

  it("says what failed, its last lines only to this machine", async () => {
    const failed = { status: "failed", reason: "npm ci <failed>.", lastLines: ["<b>ENOSPC</b>"], logFile: "dist.log" } as const;
    const { text } = await unbuilt(failed, "/");
    expect(text).toContain("npm ci &lt;failed&gt;.");
    expect(text).toContain("&lt;b&gt;ENOSPC&lt;/b&gt;");
    expect(text).toContain("dist.log");
    expect(text).not.toContain("http-equiv");
    expect((await unbuilt(failed, "/", keyed)).text).not.toContain("ENOSPC");
  });

  it("says that there is none and how to get one", async () => {
    const { text } = await unbuilt({ status: "absent", reason: "npm is not installed." }, "/");
    expect(text).toContain("npm is not installed.");
    expect(text).toContain("crm serve --console DIR");
    const other = await unbuilt({ status: "absent", reason: "None." }, "/segments");
    expect([other.status, other.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  });
});
