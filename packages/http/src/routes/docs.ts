import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { htmlPage } from "../html-page.js";
import type { App } from "../openapi.js";

const require = createRequire(import.meta.url);
const ASSETS = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
} as const;

/** Plain pages: what this server is, and its API, shown from files of its own. */
export function docsRoutes(app: App): void {
  app.get("/", (c) => c.html(HOME));
  app.get("/docs", (c) => c.html(DOCS));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8" }));
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/docs/${name}`, (c) => {
      const file = Readable.toWeb(createReadStream(require.resolve(`swagger-ui-dist/${name}`))) as ReadableStream<Uint8Array>;
      return c.body(file, 200, { "Content-Type": type, "Cache-Control": "public, max-age=3600" });
    });
  }
}

const HOME = htmlPage(
  "CRM engine",
  `<style>body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}code{background:#8882;padding:.1em .3em}</style>
<h1>CRM engine</h1>
<p>A headless CRM and campaign engine: it takes in customers and orders, selects segments by rules, sends campaigns, and accounts for every recipient.</p>
<ul>
<li><a href="/docs">The API, to read and try</a> (<a href="/openapi.json">openapi.json</a>)</li>
<li><a href="/readyz">Whether store and queue answer</a></li>
</ul>
<p>To begin: <code>npx crm import orders FILE --url URL</code>, or <code>POST /api/customers</code>.</p>`,
);

const DOCS = htmlPage(
  "CRM engine API",
  `<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>`,
);

const START = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true });';
