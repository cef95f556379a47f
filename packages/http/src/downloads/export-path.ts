import { CrmError, type Issue } from "@crm-engine/core";
import { issuesOf } from "@crm-engine/core/schemas";
import { type RouteConfig, z } from "@hono/zod-openapi";

/** A route that a link can lead to. */
export interface LinkedExport {
  readonly route: Pick<RouteConfig, "path" | "request">;
  /** The path of a cheap read that refuses what the export would refuse. */
  readonly trial: (url: URL) => string;
}

/** Any: only the path and the query are looked at. */
const BASE = "http://export.invalid";

/** The export that a path leads to. Throws `invalid`, by the name of the parameter, for every other path and for a query that is none of its. */
export function readExportPath(
  text: string,
  exports: readonly LinkedExport[],
): { readonly path: string; readonly trial: string } {
  const url = URL.canParse(text, BASE) ? new URL(text, BASE) : undefined;
  const isOurs = text.startsWith("/") && url?.origin === BASE && url.hash === "";
  const found = isOurs ? exports.find(({ route }) => patternOf(route.path).test(url.pathname)) : undefined;
  if (!url || !found)
    throw refused([{ path: "path", message: `must be one of ${exports.map(({ route }) => route.path).join(", ")}` }]);
  const issues = queryIssues(url.searchParams, found.route.request?.query);
  if (issues.length > 0) throw refused(issues);
  return { path: `${url.pathname}${url.search}`, trial: found.trial(url) };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function queryIssues(query: URLSearchParams, schema: unknown): readonly Issue[] {
  const shape = schema instanceof z.ZodObject ? schema : z.object({});
  const names = [...new Set(query.keys())];
  const unknown = names.filter((name) => !Object.hasOwn(shape.shape, name));
  if (unknown.length > 0)
    return unknown
      .slice(0, 10)
      .map((name) => ({ path: `path.${name.slice(0, 100)}`, message: "is no query parameter of this export" }));
  const twice = names.filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0) return twice.map((name) => ({ path: `path.${name}`, message: "must be there once" }));
  const parsed = shape.safeParse(Object.fromEntries(query));
  return parsed.success ? [] : issuesOf(parsed.error).map(({ path, message }) => ({ path: `path.${path}`, message }));
}

function refused(issues: readonly Issue[]): CrmError {
  const message = issues.map((issue) => `${issue.path}: ${issue.message}`)[0] ?? "The path is wrong.";
  return new CrmError("invalid", message, { details: { issues } });
}
