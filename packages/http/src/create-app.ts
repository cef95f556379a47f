import { CrmError, type Engine, type Logger } from "@crm-engine/core";
import { SILENT_LOGGER } from "@crm-engine/core/ports";
import { issuesOf } from "@crm-engine/core/schemas";
import { DEFAULT_MAX_ROW_BYTES, malformed } from "@crm-engine/files";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { except } from "hono/combine";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv, AppParts, BodyLimits } from "./app-env.js";
import { isOfConsole, pagePolicy, serveConsole } from "./console/serve-console.js";
import type { WebConsole } from "./console/web-console.js";
import { requireKey, requireLoopback } from "./middleware/access.js";
import { jsonBodies, openBody } from "./middleware/bodies.js";
import { crossOrigin } from "./middleware/cross-origin.js";
import { endBodyOfHead } from "./middleware/head.js";
import { knownQuery } from "./middleware/known-query.js";
import { requestLog } from "./middleware/request-log.js";
import { type App, describeApi } from "./openapi.js";
import { answerProblem } from "./problem.js";
import { batchRoutes } from "./routes/batches.js";
import { campaignActionRoutes } from "./routes/campaign-actions.js";
import { campaignRoutes } from "./routes/campaigns.js";
import { customerRoutes } from "./routes/customers.js";
import { docsRoutes } from "./routes/docs.js";
import { DOWNLOADS_PATH, downloadRoutes } from "./routes/downloads.js";
import { figureRoutes } from "./routes/figures.js";
import { healthRoutes } from "./routes/health.js";
import { mapRoutes } from "./routes/imports/maps.js";
import { previewRoutes } from "./routes/imports/preview.js";
import { ingestRoutes } from "./routes/ingest.js";
import { logRoutes } from "./routes/log.js";
import { orderRoutes } from "./routes/orders.js";
import { queueRoutes } from "./routes/queues.js";
import { RECEIPTS_PATH, receiptRoutes } from "./routes/receipts.js";
import { segmentRoutes } from "./routes/segments.js";
import { suppressionRoutes } from "./routes/suppressions.js";
import { UNSUBSCRIBE_PATH, unsubscribeRoutes } from "./routes/unsubscribe.js";
import { workerRoutes } from "./routes/workers.js";

export interface AppOptions extends Partial<BodyLimits>, Pick<AppParts, "webhookSecret" | "messageIdOf"> {
  /** Wanted as a bearer token. Without one, only loopback is let in. */
  readonly apiKey?: string;
  /** Origins whose pages may call, with a key; without one nothing changes. */
  readonly corsOrigins?: readonly string[];
  /** What is served at `/` and where no route of the API is; its files need no key. */
  readonly console?: WebConsole;
  /** Silent, if absent. */
  readonly logger?: Logger;
}

export type HttpApp = App & {
  /** Whether a key is wanted; without, the app belongs on loopback only. */
  readonly keyed: boolean;
};

/** The HTTP API of an engine. Does no I/O until it is asked something. */
export function createApp(engine: Engine, options: AppOptions = {}): HttpApp {
  const webConsole = options.console ?? NO_CONSOLE;
  const keyed = options.apiKey !== undefined;
  const admitted = new WeakSet<Request>();
  const parts: AppParts = {
    engine,
    admit: (request) => {
      admitted.add(request);
      return request;
    },
    logger: options.logger ?? SILENT_LOGGER,
    limits: {
      maxJsonBytes: options.maxJsonBytes ?? 8 * 2 ** 20,
      maxRowBytes: options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES,
      maxStreamBytes: options.maxStreamBytes ?? 4 * 2 ** 30,
    },
    ...(options.webhookSecret === undefined ? {} : { webhookSecret: options.webhookSecret }),
    ...(options.messageIdOf === undefined ? {} : { messageIdOf: options.messageIdOf }),
  };
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  app.onError(answerProblem);
  app.notFound((c) =>
    answerProblem(new HTTPException(404, { message: "There is nothing here. GET /docs shows what there is." }), c),
  );
  useMiddleware(app, parts, { ...options, webConsole, isAdmitted: (request) => admitted.has(request) });
  for (const addRoutes of [
    ingestRoutes,
    mapRoutes,
    previewRoutes,
    batchRoutes,
    customerRoutes,
    suppressionRoutes,
    orderRoutes,
    segmentRoutes,
    campaignRoutes,
    campaignActionRoutes,
    figureRoutes,
    logRoutes,
    downloadRoutes,
    receiptRoutes,
    unsubscribeRoutes,
    queueRoutes,
    workerRoutes,
    healthRoutes,
    docsRoutes,
  ]) {
    addRoutes(app, parts);
  }
  const page = serveConsole(webConsole, { confidential: keyed });
  app.get("/", etag(), page);
  app.use(etag(), page);
  describeApi(app, keyed, engine.context.attributes);
  return Object.assign(app, { keyed });
}

const NO_CONSOLE: WebConsole = { state: () => ({ status: "absent", reason: "There is no web console here." }) };

function useMiddleware(
  app: App,
  { logger, limits, webhookSecret }: AppParts,
  {
    apiKey,
    corsOrigins = [],
    webConsole,
    isAdmitted,
  }: Pick<AppOptions, "apiKey" | "corsOrigins"> & {
    readonly webConsole: WebConsole;
    readonly isAdmitted: (request: Request) => boolean;
  },
): void {
  app.use(requestId());
  app.use(requestLog(logger));
  app.use(endBodyOfHead);
  app.use(pagePolicy);
  app.use(
    secureHeaders({
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  if (apiKey !== undefined && corsOrigins.length > 0) app.use(crossOrigin(corsOrigins));
  const provesItself = ({ req: { path, raw } }: Context): boolean =>
    path.startsWith(UNSUBSCRIBE_PATH) ||
    (apiKey !== undefined && path.startsWith(DOWNLOADS_PATH)) ||
    (webhookSecret !== undefined && path === RECEIPTS_PATH) ||
    isAdmitted(raw);
  const isPublic = (c: Context<AppEnv>): boolean => apiKey !== undefined && isOfConsole(c, webConsole);
  app.use(except([provesItself, isPublic], apiKey === undefined ? requireLoopback : requireKey(apiKey)));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  for (const path of ["/api/*", `${DOWNLOADS_PATH}*`]) app.use(path, unstored);
  app.use("/api/*", openBody(limits));
  app.use("/api/*", knownQuery(app));
  app.use("/api/*", jsonBodies);
}

const unstored: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
};

function refuseMethod(c: Context<AppEnv>, methods: readonly string[]): Response {
  const allowed = methods.join(", ");
  c.header("Allow", allowed);
  return answerProblem(new HTTPException(405, { message: `Here are ${allowed}.` }), c);
}

type Refusal = NonNullable<NonNullable<ConstructorParameters<typeof OpenAPIHono<AppEnv>>[0]>["defaultHook"]>;

/** A body that parses and is wrong is `invalid`; a wrong query or path is no well-formed request at all. */
const refuseInvalid: Refusal = (result) => {
  if (result.success) return;
  const issues = issuesOf(result.error);
  const message = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message))[0] ?? "The request is wrong.";
  throw result.target === "json" ? new CrmError("invalid", message, { details: { issues } }) : malformed(message, issues);
};
