import type { RemoteClient } from "@crm-engine/client";

export type CampaignReport = Awaited<ReturnType<RemoteClient["campaigns"]["report"]>>;
