import { type CampaignCounts, DELIVERY_STATUSES, type DeliveryStatus } from "@crm-engine/core/ports";
import type { Scope } from "../schema/scope.js";

const MINUTE_MS = 60_000;

export function campaignStats({ db, tables }: Scope, campaignId: string): CampaignCounts {
  const counts = Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, 0])) as Record<DeliveryStatus, number>;
  const engaged = { opened: 0, clicked: 0, complained: 0, unsubscribed: 0 };
  const reasons = { skipped: {} as Record<string, number>, failed: {} as Record<string, number> };
  const rows = db.all(
    `SELECT status, iif(status IN ('skipped', 'failed'), reason, NULL) AS why, count(*) AS n, count(opened_at) AS opened, count(clicked_at) AS clicked,
       count(complained_at) AS complained, count(unsubscribed_at) AS unsubscribed
     FROM ${tables.communications} WHERE campaign_id = ? GROUP BY 1, 2`,
    campaignId,
  );
  for (const row of rows) {
    counts[row.status as DeliveryStatus] += Number(row.n);
    for (const key of Object.keys(engaged) as (keyof typeof engaged)[]) engaged[key] += Number(row[key]);
    if (row.status === "skipped" || row.status === "failed") reasons[row.status][String(row.why ?? row.status)] = Number(row.n);
  }
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return {
    ...counts,
    ...engaged,
    total,
    skippedBy: reasons.skipped,
    failedBy: reasons.failed,
    timeline: timeline({ db, tables }, campaignId),
  };
}

function timeline({ db, tables }: Pick<Scope, "db" | "tables">, campaignId: string): CampaignCounts["timeline"] {
  const seen = ["sent", "delivered", "failed"].map(
    (name) =>
      `SELECT ${name}_at / ${MINUTE_MS} AS minute, '${name}' AS name, count(*) AS n FROM ${tables.communications} WHERE campaign_id = ?1 AND ${name}_at IS NOT NULL GROUP BY 1`,
  );
  const minutes = new Map<number, { at: number; sent: number; delivered: number; failed: number }>();
  for (const { minute, name, n } of db.all(`${seen.join(" UNION ALL ")} ORDER BY minute`, campaignId)) {
    const at = Number(minute) * MINUTE_MS;
    const entry = minutes.get(at) ?? { at, sent: 0, delivered: 0, failed: 0 };
    minutes.set(at, { ...entry, [String(name)]: Number(n) });
  }
  return [...minutes.values()];
}
