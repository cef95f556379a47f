import type { BatchKind, IngestOptions, RowInput } from "@crm-engine/core";
import { customerSchema, dryRunViewSchema, orderSchema } from "@crm-engine/core/schemas";
import {
  isTooDeep,
  malformed,
  mappedRows,
  type RowMap,
  readRows,
  TOO_DEEP,
  Turns,
  tooLarge,
  tooLongRow,
} from "@crm-engine/files";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv, AppParts } from "../app-env.js";
import { idempotent } from "../middleware/idempotency.js";
import { type App, answers, idempotencyHeader } from "../openapi.js";
import { isJson, type RequestBody, readJson, unsupported } from "../request-body.js";
import { uploadEncoding, uploadFormat } from "../upload-formats.js";
import { chosenMap, mapParameter } from "./imports/chosen-map.js";
import { answerDryRun, dryRunParameter, isDryRun } from "./imports/dry-run.js";

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
      "One object is checked at once. An array, NDJSON, CSV or TSV is queued row by row, and each row has a fate in its batch. The delimiter of a CSV is read from its header. NDJSON, CSV and TSV are UTF-8, UTF-16 by its mark, or what charset in the Content-Type says. Content-Encoding may be gzip. With dryRun, all of it is read, the answer says what it would do, and nothing is written; an Idempotency-Key is then of no use, and is ignored.",
    parameters: [idempotencyHeader, mapParameter(kind), dryRunParameter],
    request: {
      body: {
        required: true,
        content: {
          "application/json": { schema: z.union([schema, z.array(schema)]) },
          "application/x-ndjson": text,
          "text/csv": text,
          "text/tab-separated-values": text,
        },
      },
    },
    responses: {
      ...answers(202, acceptedSchema, "Durably queued, all of it."),
      200: {
        description:
          "Of a dry run: what the upload would do. White space may come first; one that fails after that has `truncated`, and why as the last of its `errors`.",
        content: { "application/json": { schema: dryRunViewSchema } },
      },
    },
  });
  const once = idempotent(parts.engine);
  app.post(
    path,
    (c, next) => (isDryRun(c) ? next() : once(c, next)),
    (c) => (isDryRun(c) ? dryRun(c, parts, kind) : upload(c, parts, kind)),
  );
}

async function upload(c: Context<AppEnv>, parts: AppParts, kind: BatchKind): Promise<Response> {
  const body = c.get("body");
  const map = await chosenMap(parts.engine, kind, c.req.query("map"));
  const batchId = c.get("batchId");
  const options = {
    signal: c.req.raw.signal,
    ...(batchId === undefined ? {} : { batchId }),
    ...(map !== undefined && kind === "orders" ? { lines: map.names } : {}),
  };
  const accepted = isJson(body.mediaType)
    ? await ingestJson(parts, kind, body, map, options)
    : await parts.engine.untrusted.ingest.rows(kind, await openRows(parts, kind, body, map), options);
  return c.json({ ...accepted, statusUrl: `/api/batches/${encodeURIComponent(accepted.batchId)}` }, 202);
}

async function dryRun(c: Context<AppEnv>, parts: AppParts, kind: BatchKind): Promise<Response> {
  const body = c.get("body");
  const map = await chosenMap(parts.engine, kind, c.req.query("map"));
  const rows = isJson(body.mediaType) ? await jsonRows(parts, body, map) : await openRows(parts, kind, body, map);
  const lines = map !== undefined && kind === "orders" ? { lines: map.names } : {};
  return answerDryRun(c, (signal) => parts.engine.untrusted.ingest.dryRun(kind, rows, { signal, ...lines }));
}

/** One object is a row like any other. */
async function jsonRows({ limits }: AppParts, body: RequestBody, map: RowMap | undefined): Promise<AsyncIterable<RowInput>> {
  const { data } = await readUtf8Json(body);
  const list = Array.isArray(data) ? data : [data];
  const rows = new Turns().between(arrayRows(list, body.bytesRead > limits.maxRowBytes ? limits.maxRowBytes : undefined));
  return map ? mappedRows(rows, map) : rows;
}

async function ingestJson(
  { engine: { untrusted }, limits }: AppParts,
  kind: BatchKind,
  body: RequestBody,
  map: RowMap | undefined,
  options: IngestOptions,
) {
  const { data } = await readUtf8Json(body);
  const mayHoldLongRow = body.bytesRead > limits.maxRowBytes;
  if (Array.isArray(data)) {
    const rows = new Turns().between(arrayRows(data, mayHoldLongRow ? limits.maxRowBytes : undefined));
    return untrusted.ingest.rows(kind, map ? mappedRows(rows, map) : rows, options);
  }
  if (mayHoldLongRow) throw tooLarge("The object", limits.maxRowBytes);
  if (map) return untrusted.ingest.rows(kind, mappedRows([{ row: 1, data }], map), options);
  return untrusted.ingest.one(kind, data, options);
}

async function readUtf8Json(body: RequestBody): Promise<{ readonly data: unknown }> {
  const encoding = uploadEncoding(body.charset);
  if (encoding !== undefined && encoding !== "utf-8" && encoding !== "us-ascii") throw unsupported("application/json in UTF-8");
  const read = await readJson(body);
  if (read === undefined) throw malformed("The body is empty.");
  return read;
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
  map: RowMap | undefined,
): Promise<AsyncIterable<RowInput>> {
  const format = uploadFormat(body.mediaType);
  if (format === undefined) throw unsupported("application/json, application/x-ndjson, text/csv or text/tab-separated-values");
  const encoding = uploadEncoding(body.charset);
  const { attributes } = parts.engine.context;
  const rows = readRows(body.chunks(), {
    format,
    kind,
    maxRowBytes: parts.limits.maxRowBytes,
    ...(encoding === undefined ? {} : { encoding }),
    ...(map === undefined ? {} : { map }),
    ...(attributes === undefined ? {} : { attributes }),
  });
  const first = await rows.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* rows;
  })();
}
