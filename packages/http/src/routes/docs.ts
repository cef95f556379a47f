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

/** The API, shown from files of its own. */
export function docsRoutes(app: App): void {
  app.get("/docs", (c) => c.html(DOCS));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8" }));
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/docs/${name}`, (c) => {
      const file = Readable.toWeb(createReadStream(require.resolve(`swagger-ui-dist/${name}`))) as ReadableStream<Uint8Array>;
      return c.body(file, 200, { "Content-Type": type, "Cache-Control": "public, max-age=3600" });
    });
  }
}

const DOCS = htmlPage(
  "CRM engine API",
  `<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png">
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>`,
);

const START = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true });';
