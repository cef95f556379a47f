import { malformed } from "@crm-engine/files";
import { z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../app-env.js";
import type { App } from "../openapi.js";

/**
 * Refuses query parameters that the route's description doesn't name: a filter with a typo in its name would otherwise select
 * everything. Every route of the API is described.
 */
export function knownQuery(app: App): MiddlewareHandler<AppEnv> {
  let described: ReadonlyMap<string, readonly string[]> | undefined;
  return async (c, next) => {
    described ??= parametersOf(app);
    const asked = new URL(c.req.url).searchParams;
    if (asked.size > 0) {
      const routes = matchedRoutes(c).map(({ method, path }) => described?.get(`${method} ${path}`));
      const known = routes.find((names) => names !== undefined);
      const unknown = known && [...new Set(asked.keys())].filter((name) => !known.includes(name));
      if (unknown && unknown.length > 0) throw refusalOf(unknown, known);
    }
    await next();
  };
}

function refusalOf(unknown: readonly string[], known: readonly string[]) {
  const there = known.length > 0 ? `there are ${known.join(", ")}` : "there are none";
  return malformed(
    `There is no query parameter ${JSON.stringify(unknown[0]?.slice(0, 100))} here; ${there}.`,
    unknown.slice(0, 10).map((name) => ({ path: name.slice(0, 100), message: `is no query parameter of this route; ${there}` })),
  );
}

/** The names of each route's query parameters, by its method and its path as Hono writes it. */
function parametersOf(app: App): ReadonlyMap<string, readonly string[]> {
  const routes = app.openAPIRegistry.definitions.flatMap((definition) => (definition.type === "route" ? [definition.route] : []));
  return new Map(
    routes.map(({ method, path, request, parameters = [] }) => {
      const query = request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : [];
      const more = parameters.flatMap((one) => ("name" in one && one.in === "query" ? [one.name] : []));
      return [`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`, [...query, ...more]];
    }),
  );
}
