import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv, AppParts } from "../app-env.js";
import { readExportPath } from "../downloads/export-path.js";
import { type App, answers, jsonBody, streams } from "../openapi.js";
import { problemSchema } from "../problem.js";
import { errorsCsv } from "./batches.js";
import { customersCsv } from "./customers.js";
import { campaignLogCsv } from "./log.js";
import { ordersCsv } from "./orders.js";
import { membersCsv } from "./segments.js";

/** Paths below it need no key: the token of the link is the proof. */
export const DOWNLOADS_PATH = "/downloads/";

const tags = ["downloads"];
/** What a link can lead to, and how its query is tried before a link is made: by a page of one row of the same list. */
const EXPORTS = [customersCsv, ordersCsv, membersCsv, campaignLogCsv].map((route) => ({
  route,
  trial: ({ pathname, search }: URL) => `${pathname.slice(0, -".csv".length)}${search === "" ? "?" : `${search}&`}limit=1`,
}));
const LINKED = [...EXPORTS, { route: errorsCsv, trial: ({ pathname }: URL) => pathname.slice(0, -"/errors.csv".length) }];

const link = createRoute({
  method: "post",
  path: "/api/downloads",
  tags,
  summary: "A link to an export that a browser can open",
  description:
    "Good once, for 60 s, without a key. What would be wrong with the export is answered here, as the export itself would.",
  request: {
    body: jsonBody(
      z.strictObject({
        path: z
          .string()
          .min(1)
          .max(4_000)
          .openapi({ description: `With its query: ${LINKED.map(({ route }) => route.path).join(", ")}.` }),
      }),
    ),
  },
  responses: answers(200, z.object({ url: z.string() }), "The link."),
});

const download = createRoute({
  method: "get",
  path: `${DOWNLOADS_PATH}{token}`,
  tags,
  summary: "What a link leads to",
  description: "The first who opens it gets the file; then, and after 60 s, there is nothing.",
  security: [],
  request: { params: z.object({ token: z.string().openapi({ param: { name: "token", in: "path" } }) }) },
  responses: streams("text/csv", "The export."),
});

export function downloadRoutes(app: App, { engine, admit }: AppParts): void {
  /** Asks the app itself, for someone who has proved that they may. */
  const ask = (c: Context<AppEnv>, path: string): Response | Promise<Response> => {
    const headers = { "x-request-id": c.get("requestId") };
    return app.fetch(admit(new Request(new URL(path, c.req.url), { headers, signal: c.req.raw.signal })), c.env);
  };
  app.openapi(link, async (c) => {
    const found = readExportPath(c.req.valid("json").path, LINKED);
    const tried = await ask(c, found.trial);
    if (!tried.ok) {
      const problem = problemSchema.parse(await tried.json());
      return c.json(problem, tried.status as Exclude<ContentfulStatusCode, 200>, { "Content-Type": "application/problem+json" });
    }
    await tried.body?.cancel();
    return c.json({ url: `${DOWNLOADS_PATH}${await engine.downloads.allow(found.path)}` }, 200);
  });
  app.openapi(download, async (c) => {
    if (c.req.method !== "GET") {
      c.header("Allow", "GET");
      throw new HTTPException(405, { message: "A link is good once: only GET opens it." });
    }
    const path = await engine.downloads.take(c.req.valid("param").token);
    if (path === undefined)
      throw new HTTPException(404, { message: "This link was used, or is over: it is good once, for 60 s. Make another." });
    const answer = await ask(c, path);
    const headers = new Headers(answer.headers);
    headers.set("Referrer-Policy", "no-referrer");
    return new Response(answer.body, { status: answer.status, headers });
  });
}
