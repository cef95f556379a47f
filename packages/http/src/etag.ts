import { malformed } from "@crm-engine/files";
import type { Context } from "hono";
import type { AppEnv } from "./app-env.js";

/** Versions rise with each write, so that a tag never comes again. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Puts the version's tag beside the answer. */
export function tagged<T extends { readonly version: number }>(c: Context<AppEnv>, record: T): T {
  c.header("ETag", etagOf(record.version));
  return record;
}

const TAGS = /^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/;

/** What `If-Match` asks for: any version without it and for `*`; a tag that is weak or none of ours matches nothing. */
export function changeOptions(c: Context<AppEnv>): { readonly ifVersion?: readonly number[] } {
  const asked = c.req.header("if-match")?.trim();
  if (asked === undefined || asked === "*") return {};
  if (asked.length > 1_000 || !TAGS.test(asked)) throw malformed('If-Match must be *, or ETags as they were answered: "3".');
  const tags = asked.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return { ifVersion: tags.flatMap((tag) => (/^"\d{1,15}"$/.test(tag) ? [Number(tag.slice(1, -1))] : [])) };
}

export const ifMatchHeader = {
  in: "header" as const,
  name: "If-Match",
  required: false,
  schema: { type: "string" as const, maxLength: 1_000 },
  description: "The ETag that was read: where it is another one now, 412 with the present state, and nothing is written.",
};
