import { type BatchKind, type IngestOptions, ORDER_LINE_PRESETS, type OrderLineMap, type RowInput } from "@crm-engine/core";
import { customerSchema, orderSchema } from "@crm-engine/core/schemas";
import { isTooDeep, malformed, readRows, TOO_DEEP, Turns, tooLarge, tooLongRow } from "@crm-engine/files";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv, AppParts } from "../app-env.js";
import { idempotent } from "../middleware/idempotency.js";
import { type App, answers, idempotencyHeader } from "../openapi.js";
import { isJson, type RequestBody, readJson, unsupported } from "../request-body.js";
import { uploadFormat } from "../upload-formats.js";

const acceptedSchema = z.object({ batchId: z.string(), received: z.int(), statusUrl: z.string() }).openapi("Accepted");

export function ingestRoutes(app: App, parts: AppParts): void {
  const { context } = parts.engine;
  uploadRoute(app, parts, "customers", customerSchema(context));
  uploadRoute(app, parts, "orders", orderSchema(context));
}

function uploadRoute(app: App, parts: AppParts, kind: BatchKind, schema: z.ZodType): void {
  const path = `/api/${kind}`;
  const text = { schema: z.string() };
  app.openAPIRegistry.registerPath({
    method: "post",
    path,
    tags: [kind],
    summary: `Add or change ${kind}`,
    description:
      "One object is checked at once. An array, NDJSON or CSV is queued row by row, and each row has a fate in its batch. Content-Encoding may be gzip.",
    parameters: [
      idempotencyHeader,
      ...(kind === "orders"
        ? [
            {
              in: "query" as const,
              name: "map",
              required: false,
              schema: { type: "string" as const },
              description: `Rows are order lines: ${Object.keys(ORDER_LINE_PRESETS).join(", ")}, or a map of columns as JSON.`,
            },
          ]
        : []),
    ],
    request: {
      body: {
        required: true,
        content: {
          "application/json": { schema: z.union([schema, z.array(schema)]) },
          "application/x-ndjson": text,
          "text/csv": text,
        },
      },
    },
    responses: answers(202, acceptedSchema, "Durably queued, all of it."),
  });
  app.post(path, idempotent(parts.engine), (c) => upload(c, parts, kind));
}

async function upload(c: Context<AppEnv>, parts: AppParts, kind: BatchKind): Promise<Response> {
  const body = c.get("body");
  const lines = readMap(c.req.query("map"), kind);
  const batchId = c.get("batchId");
  const options = {
    signal: c.req.raw.signal,
    ...(batchId === undefined ? {} : { batchId }),
    ...(lines === undefined ? {} : { lines }),
  };
  const accepted = isJson(body.mediaType)
    ? await ingestJson(parts, kind, body, options)
    : await parts.engine.untrusted.ingest.rows(kind, await openRows(parts, kind, body, lines), options);
  return c.json({ ...accepted, statusUrl: `/api/batches/${encodeURIComponent(accepted.batchId)}` }, 202);
}

async function ingestJson(
  { engine: { untrusted }, limits }: AppParts,
  kind: BatchKind,
  body: RequestBody,
  options: IngestOptions,
) {
  const read = await readJson(body);
  if (read === undefined) throw malformed("The body is empty.");
  const { data } = read;
  const mayHoldLongRow = body.bytesRead > limits.maxRowBytes;
  if (Array.isArray(data))
    return untrusted.ingest.rows(
      kind,
      new Turns().between(arrayRows(data, mayHoldLongRow ? limits.maxRowBytes : undefined)),
      options,
    );
  if (mayHoldLongRow) throw tooLarge("The object", limits.maxRowBytes);
  if (options.lines) return untrusted.ingest.rows(kind, [{ row: 1, data }], options);
  return untrusted.ingest.one(kind, data, options);
}

function* arrayRows(list: readonly unknown[], maxRowBytes: number | undefined): Generator<RowInput> {
  for (const [index, data] of list.entries()) {
    const row = index + 1;
    if (isTooDeep(data)) yield { row, issue: TOO_DEEP };
    else if (maxRowBytes !== undefined && Buffer.byteLength(JSON.stringify(data)) > maxRowBytes)
      yield { row, issue: tooLongRow(maxRowBytes) };
    else yield { row, data };
  }
}

/** Reads as far as the first row, so that a wrong header is refused before a batch begins. */
async function openRows(
  parts: AppParts,
  kind: BatchKind,
  body: RequestBody,
  lines: OrderLineMap | undefined,
): Promise<AsyncIterable<RowInput>> {
  const format = uploadFormat(body.mediaType);
  if (format === undefined) throw unsupported("application/json, application/x-ndjson or text/csv");
  const { attributes } = parts.engine.context;
  const rows = readRows(body.chunks(), {
    format,
    kind,
    maxRowBytes: parts.limits.maxRowBytes,
    ...(lines === undefined ? {} : { lines }),
    ...(attributes === undefined ? {} : { attributes }),
  });
  const first = await rows.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* rows;
  })();
}

const lineMapSchema = z.strictObject({
  orderId: z.string().min(1),
  customerId: z.string().min(1),
  placedAt: z.string().min(1),
  sku: z.string().min(1),
  itemName: z.string().min(1).optional(),
  category: z.string().min(1).optional(),
  quantity: z.string().min(1),
  price: z.string().min(1),
  type: z.string().min(1).optional(),
  status: z.string().min(1).optional(),
  currency: z.string().min(1).optional(),
  channel: z.string().min(1).optional(),
  amount: z.string().min(1).optional(),
  refundPrefix: z.string().min(1).optional(),
  integerIds: z.boolean().optional(),
});

function readMap(map: string | undefined, kind: BatchKind): OrderLineMap | undefined {
  if (map === undefined) return undefined;
  if (kind !== "orders") throw malformed("Only orders take a map.");
  if (Object.hasOwn(ORDER_LINE_PRESETS, map)) return ORDER_LINE_PRESETS[map];
  const parsed = lineMapSchema.safeParse(parseOrUndefined(map));
  if (parsed.success) return parsed.data as OrderLineMap;
  throw malformed(
    `map may be ${Object.keys(ORDER_LINE_PRESETS).join(", ")}, or a JSON object that names the columns.`,
    parsed.error.issues.map((issue) => ({ path: ["map", ...issue.path].join("."), message: issue.message })),
  );
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
