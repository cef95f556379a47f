import { ATTRIBUTE_TYPES, BATCH_KINDS } from "@crm-engine/core/schemas";
import { previewHead } from "@crm-engine/files";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../../app-env.js";
import { type App, answers } from "../../openapi.js";
import { type RequestBody, unsupported } from "../../request-body.js";
import { uploadEncoding, uploadFormat } from "../../upload-formats.js";
import { chosenMap } from "./chosen-map.js";

/** Of the file that are looked at, unpacked. */
const HEAD_BYTES = 2 ** 20;

const errorSchema = z.object({ row: z.int(), line: z.int().optional(), path: z.string(), message: z.string() });
const previewSchema = z
  .object({
    delimiter: z.string(),
    encoding: z.string(),
    lineEnd: z.string(),
    preset: z.string().nullable().openapi({ description: "The preset that the header fits, of the kind that was asked for." }),
    columns: z.array(
      z.object({
        name: z.string(),
        field: z.string().nullable().openapi({
          description: "Where its cells go, by the map, by field names, or by the preset; else a guess by its name, or null.",
        }),
        type: z.enum(ATTRIBUTE_TYPES).openapi({ description: "What all of its cells in the head allow." }),
        examples: z.array(z.string()),
      }),
    ),
    rows: z
      .array(z.object({ row: z.int(), line: z.int().optional(), record: z.record(z.string(), z.unknown()) }))
      .openapi({ description: "The first 20 rows (or orders, of lines), as each would be stored if nothing else were." }),
    errors: z
      .array(errorSchema)
      .openapi({ description: "What is wrong with rows of the head; or, of row 0, why they can't be read." }),
  })
  .openapi("ImportPreview");

const route = createRoute({
  method: "post",
  path: "/api/imports/preview",
  tags: ["imports"],
  summary: "How a CSV would be read",
  description:
    "Reads the first 1 MiB of a CSV or TSV and writes nothing. Without a map its rows are read by field names, or by the preset that its header fits, which is to be confirmed: an upload is read by the map that it names.",
  request: {
    query: z.object({
      kind: z.enum(BATCH_KINDS),
      map: z.string().max(200_000).optional().openapi({ description: "A preset, a stored map's name, or a map as JSON." }),
    }),
    body: {
      required: true,
      content: { "text/csv": { schema: z.string() }, "text/tab-separated-values": { schema: z.string() } },
    },
  },
  responses: answers(200, previewSchema, "What the head shows."),
});

export function previewRoutes(app: App, { engine, limits }: AppParts): void {
  app.openapi(route, async (c) => {
    const { kind, map: named } = c.req.valid("query");
    const body = c.get("body");
    if (uploadFormat(body.mediaType) !== "csv") throw unsupported("text/csv or text/tab-separated-values");
    const encoding = uploadEncoding(body.charset);
    const map = await chosenMap(engine, kind, named);
    const { head, isCut } = await headOf(body);
    const { context } = engine;
    const found = await previewHead(head, {
      kind,
      isCut,
      encoding,
      map,
      context,
      attributes: context.attributes,
      maxRowBytes: limits.maxRowBytes,
    });
    const lines = kind === "orders" ? found.map?.names : undefined;
    const { rows, errors } = await engine.untrusted.ingest.preview(kind, found.rows, lines);
    const { delimiter, lineEnd, columns, preset, faults } = found;
    const answer = {
      ...{ delimiter, encoding: found.encoding, lineEnd },
      preset: preset?.kind === kind ? preset.name : null,
      columns: columns.map((column) => ({ ...column, examples: [...column.examples] })),
      rows: rows.map(({ record, ...place }) => ({ ...place, record: { ...record } })),
      errors: [...faults.map((fault) => ({ row: 0, ...fault })), ...errors],
    };
    return c.json(answer, 200);
  });
}

async function headOf(body: RequestBody): Promise<{ readonly head: Buffer; readonly isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body.chunks()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > HEAD_BYTES) break;
  }
  // Most clients read no answer before they are done.
  if (bytes > HEAD_BYTES) await body.drain().catch(() => undefined);
  return { head: Buffer.concat(chunks).subarray(0, HEAD_BYTES), isCut: bytes > HEAD_BYTES };
}
