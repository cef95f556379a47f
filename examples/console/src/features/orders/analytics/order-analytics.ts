import type { RemoteClient } from "@crm-engine/client";

export type OrderAnalytics = Awaited<ReturnType<RemoteClient["orders"]["analytics"]>>;
export type Period = OrderAnalytics["totals"];
