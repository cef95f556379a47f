import {
  type AddressEvidence,
  type AddressKey,
  type Channel,
  type FoldedEvidence,
  foldEvidence,
  NO_EVIDENCE,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type Suppression,
  type Suppressions,
  suppressedBy,
} from "@crm-engine/core/ports";
import type { Row } from "./database/driver.js";
import { parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Scope } from "./schema/scope.js";

export const suppressions = {
  reads: { getMany, list },
  writes: { record },
} satisfies OperationsOf<Suppressions>;

const COLUMNS = "channel, hash, version, evidence";

function record({ db, tables }: Scope, evidence: readonly AddressEvidence[]): readonly Suppression[] {
  const read = db.prepare(`SELECT ${COLUMNS} FROM ${tables.suppressions} WHERE channel = ? AND hash = ?`);
  const write = db.prepare(
    `INSERT OR REPLACE INTO ${tables.suppressions} (channel, hash, version, suppressed, evidence) VALUES (?, ?, ?, ?, ?)`,
  );
  const known = new Map<string, { readonly before: Suppression; readonly after: Suppression }>();
  for (const one of evidence) {
    const { channel, hash } = one;
    const key = `${channel}:${hash}`;
    const found = known.get(key);
    const row = found ? undefined : (read.get(channel, hash) as Row | undefined);
    const before = found?.before ?? (row ? suppressionOf(row) : { channel, hash, version: 0, ...NO_EVIDENCE });
    known.set(key, { before, after: foldEvidence(found?.after ?? before, one) });
  }
  return [...known.values()].map(({ before, after }) => {
    if (after === before) return before;
    const { channel, hash, latest, softBounces } = after;
    const version = before.version + 1;
    write.run(channel, hash, version, suppressedBy(after) ? 1 : 0, JSON.stringify({ latest, softBounces }));
    return { ...after, version };
  });
}

function getMany({ db, tables }: Scope, keys: readonly AddressKey[]): readonly Suppression[] {
  const wanted = JSON.stringify(keys.map(({ channel, hash }) => [channel, hash]));
  const sql = `SELECT ${COLUMNS} FROM ${tables.suppressions}
    WHERE (channel, hash) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;
  return db.all(sql, wanted).map(suppressionOf);
}

function list({ db, tables }: Scope, { channel }: { readonly channel?: Channel }, page: PageRequest): Page<Suppression> {
  const after = readCursor(page.cursor, ["string", "string"]);
  const tests = [
    "suppressed = 1",
    ...(channel === undefined ? [] : ["channel = ?"]),
    ...(after ? ["(channel, hash) > (?, ?)"] : []),
  ];
  const rows = db.all(
    `SELECT ${COLUMNS} FROM ${tables.suppressions} WHERE ${tests.join(" AND ")} ORDER BY channel, hash LIMIT ?`,
    ...(channel === undefined ? [] : [channel]),
    ...(after ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [String(row.channel), String(row.hash)], suppressionOf);
}

function suppressionOf({ channel, hash, version, evidence }: Row): Suppression {
  return {
    channel: channel as Channel,
    hash: String(hash),
    version: Number(version),
    ...parseJson<FoldedEvidence>(evidence),
  };
}
