import type { Campaign, CampaignStatus } from "@crm-engine/core";
import type { RemoteClient } from "../client.js";
import { path } from "../connection/address.js";
import type { Connection } from "../connection/connection.js";
import { newKey } from "../connection/idempotency-key.js";
import { ifMatch } from "../connection/if-match.js";
import { download } from "../live/download.js";
import { follow } from "../live/follow.js";

/** Nothing will change any more. */
const IS_OVER: Readonly<Record<CampaignStatus, boolean>> = {
  draft: false,
  scheduled: false,
  planning: false,
  running: false,
  paused: false,
  completed: true,
  cancelled: true,
  failed: true,
};

export function campaignsOf(connection: Connection): RemoteClient["campaigns"] {
  const { json } = connection;
  return {
    ...draftsOf(connection),
    ...movesOf(connection),
    completed: (id, options = {}) => {
      const look = () => json<Campaign>({ method: "GET", path: path`/api/campaigns/${id}`, signal: options.signal });
      const events = path`/api/campaigns/${id}/events`;
      // An event has the campaign's state and stats; who follows it is shown the campaign.
      return follow(connection, { events, look, stateOf: look, isOver: ({ status }) => IS_OVER[status] }, options);
    },
    stats: (id) => json({ method: "GET", path: path`/api/campaigns/${id}/stats` }),
    report: (id, { windowDays, signal } = {}) =>
      json({ method: "GET", path: path`/api/campaigns/${id}/report`, query: { windowDays }, signal }),
    log: ({ campaignId, ...filter }, page) =>
      json({
        method: "GET",
        path: campaignId === undefined ? "/api/log" : path`/api/campaigns/${campaignId}/log`,
        query: { ...filter, ...page },
      }),
    logCsv: (id, { signal, ...filter } = {}) =>
      download(connection, { method: "GET", path: path`/api/campaigns/${id}/log.csv`, query: filter, signal }),
  };
}

type Drafts = "create" | "get" | "list" | "update" | "delete" | "clone";

function draftsOf({ json }: Connection): Pick<RemoteClient["campaigns"], Drafts> {
  return {
    create: (input) => json({ method: "POST", path: "/api/campaigns", json: input, key: newKey() }),
    get: (id) => json({ method: "GET", path: path`/api/campaigns/${id}` }),
    list: (page, filter = {}) => json({ method: "GET", path: "/api/campaigns", query: { ...filter, ...page } }),
    update: (id, change, options) =>
      json({ method: "PATCH", path: path`/api/campaigns/${id}`, json: change, ...ifMatch(options) }),
    delete: (id, options) => json({ method: "DELETE", path: path`/api/campaigns/${id}`, ...ifMatch(options) }),
    clone: (id) => json({ method: "POST", path: path`/api/campaigns/${id}/clone`, key: newKey() }),
  };
}

type Moves = Exclude<keyof RemoteClient["campaigns"], Drafts | "completed" | "stats" | "report" | "log" | "logCsv">;

function movesOf({ json }: Connection): Pick<RemoteClient["campaigns"], Moves> {
  const move = <T = Campaign>(id: string, name: string, body?: unknown): Promise<T> =>
    json({ method: "POST", path: path`/api/campaigns/${id}/${name}`, json: body });
  return {
    launch: (id) => move(id, "launch"),
    schedule: (id, input) => move(id, "schedule", input),
    unschedule: (id) => move(id, "unschedule"),
    pause: (id) => move(id, "pause"),
    resume: (id) => move(id, "resume"),
    cancel: (id) => move(id, "cancel"),
    archive: (id, as) => move(id, "archive", as),
    retryFailed: (id, which) => move(id, "retry-failed", which),
    resolveUnknown: (id, resolution) => move(id, "unknown", resolution),
    preview: (id, as) => move(id, "preview", as),
    test: (id, input) => move(id, "test", input),
  };
}
