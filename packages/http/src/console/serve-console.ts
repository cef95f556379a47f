import type { Context, MiddlewareHandler } from "hono";
import { accepts } from "hono/accepts";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../app-env.js";
import type { SiteFile } from "./site.js";
import { statePage } from "./state-page.js";
import type { WebConsole } from "./web-console.js";

const RETRY_AFTER_S = 3;

/**
 * Answers what no route of the API does: files and pages of the console, `404.html` for other pages, and a page that says what is
 * going on where there is no console yet. It is the last in the chain, so that nothing of the API is ever in its shadow.
 */
export function serveConsole(webConsole: WebConsole, options: { readonly confidential: boolean }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!isOfConsole(c, webConsole)) return next();
    const state = webConsole.state();
    if (state.status === "built") {
      const file = state.site.find(pathOf(c));
      return file ? sendFile(c, file, 200) : sendFile(c, state.site.notFound, 404);
    }
    const isHome = pathOf(c) === "/";
    c.header("Cache-Control", "no-store");
    if (!isHome) c.header("Retry-After", String(RETRY_AFTER_S));
    return c.html(statePage(state, options), isHome ? 200 : 503);
  };
}

/** Whether the console answers, and not the API: no route of the API has the path, and it names a file or is asked for as a page. */
export function isOfConsole(c: Context<AppEnv>, webConsole: WebConsole): boolean {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return false;
  const path = pathOf(c);
  if (path === "/") return true;
  const state = webConsole.state();
  if (state.status === "absent" || matchedRoutes(c).some((route) => route.path !== "/*")) return false;
  return wantsPage(c) || (state.status === "built" && state.site.find(path) !== undefined);
}

/** Before the names of files are decoded. */
function pathOf(c: Context<AppEnv>): string {
  return new URL(c.req.url).pathname;
}

function wantsPage(c: Context<AppEnv>): boolean {
  return accepts(c, { header: "Accept", supports: ["text/html"], default: "" }) === "text/html";
}

function sendFile(c: Context<AppEnv>, { type, immutable, scripts, bodies }: SiteFile, status: 200 | 404): Response {
  const coding = accepts(c, {
    header: "Accept-Encoding",
    supports: bodies.map((body) => body.coding),
    default: "identity",
    match: (wanted, { supports }) =>
      supports.find((ours) => wanted.some(({ type, q }) => type.toLowerCase() === ours && q > 0)) ?? "identity",
  });
  const body = bodies.find((one) => one.coding === coding) ?? bodies[bodies.length - 1];
  if (body === undefined) throw new Error("A file of a site has no body.");
  if (scripts !== undefined) c.set("pagePolicy", policyOf(scripts));
  return c.body(body.bytes, status, {
    "Content-Type": type,
    "Content-Length": String(body.bytes.length),
    "Cache-Control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    ...(bodies.length > 1 ? { Vary: "Accept-Encoding" } : {}),
    ...(body.coding === "identity" ? {} : { "Content-Encoding": body.coding }),
    ...(status === 200 ? { ETag: body.etag } : {}),
  });
}

function policyOf(scripts: readonly string[]): string {
  const allowed = ["'self'", ...scripts.map((hash) => `'${hash}'`)].join(" ");
  return `default-src 'self'; script-src ${allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self'; frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
}

/** Puts a page's own policy in the place of everyone's; on a 304 too, since a cache takes over its headers. */
export const pagePolicy: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const policy = c.get("pagePolicy");
  if (policy !== undefined) c.header("Content-Security-Policy", policy);
};
