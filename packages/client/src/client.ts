import type { BatchKind, CommunicationLog, Engine, FieldCatalogue, ImportMap, Page, PageRequest } from "@crm-engine/core";
import type { CallOptions } from "./call-options.js";
import type { Uploads } from "./uploads.js";

/**
 * What an engine and its HTTP API both offer, in the engine's own types: a program that asks for a `Client` runs on either, unchanged.
 * A method more of the engine is a method more here, or is left out by name.
 */
export interface Client
  extends Pick<
    Engine,
    | "ingest"
    | "maps"
    | "customers"
    | "suppressions"
    | "orders"
    | "receipts"
    | "queues"
    | "health"
    | "dashboard"
    | "ready"
    | "close"
  > {
  readonly batches: Omit<Engine["batches"], "rejections">;
  readonly segments: Omit<Engine["segments"], "fields" | "describe"> & {
    /** What rules can name. To be awaited: only an engine has it at hand. */
    fields(): FieldCatalogue | Promise<FieldCatalogue>;
  };
  readonly campaigns: Omit<Engine["campaigns"], "log"> & {
    /** Log rows of a campaign, or all of a customer. */
    log(filter: LogFilter, page: PageRequest): Promise<Page<CommunicationLog>>;
  };
}

export interface ImportPreset {
  readonly name: string;
  readonly kind: BatchKind;
  /** What it is for, in a line. */
  readonly title: string;
  readonly map: ImportMap;
}

type OrderQuery = Parameters<Engine["orders"]["list"]>[0];

/** Of what the engine's own filter takes, that which has a route. */
type LogFilter =
  | (Pick<EngineLogFilter, "status" | "reason" | "search" | "names"> & {
      readonly campaignId: string;
      readonly customerId?: never;
    })
  | ({ readonly [Name in keyof EngineLogFilter]?: Name extends "customerId" ? string : never } & { readonly customerId: string });
type EngineLogFilter = Parameters<Engine["campaigns"]["log"]>[0];

/**
 * A client of a server. Rejects as the engine does, with a `RemoteError` of the same code; what is tried again, and what is not, is in
 * docs/client.md.
 */
export interface RemoteClient extends Client {
  readonly ingest: Engine["ingest"] & Uploads;
  /** One row each, with a column for each attribute. A break in the middle rejects. */
  readonly customers: Client["customers"] & { csv(options?: CallOptions): AsyncIterable<Uint8Array> };
  /** One row for each line of an order. A break in the middle rejects. */
  readonly orders: Client["orders"] & { csv(query?: OrderQuery, options?: CallOptions): AsyncIterable<Uint8Array> };
  readonly downloads: {
    /** A link to the CSV of an export's path, with its query, that a browser can open: once, within 60 s, without a key. */
    linkTo(path: string): Promise<string>;
  };
  readonly batches: Client["batches"] & {
    /** Every rejected row as `row,line,path,message`, as the server reads them. A break in the middle rejects. */
    errorsCsv(id: string, options?: CallOptions): AsyncIterable<Uint8Array>;
  };
  readonly maps: Client["maps"] & {
    /** Maps for exports that people have. */
    presets(): Promise<readonly ImportPreset[]>;
  };
  readonly segments: Omit<Client["segments"], "fields"> & {
    fields(): Promise<FieldCatalogue>;
    /** The customers in a segment, one row each. A break in the middle rejects. */
    membersCsv(id: string, options?: CallOptions & { readonly asOf?: string }): AsyncIterable<Uint8Array>;
  };
  readonly campaigns: Client["campaigns"] & {
    /** The campaign's log, one row for each recipient. A break in the middle rejects. */
    logCsv(id: string, options?: CallOptions & Pick<EngineLogFilter, "status" | "reason" | "search">): AsyncIterable<Uint8Array>;
  };
  /** Rejects as `unavailable` where store or queue take no writes, too. Tried once. */
  ready(): ReturnType<Engine["ready"]>;
  /** Breaks off as `closed` what is under way; what that asked for may be done all the same. Nothing on the server is closed. Idempotent. */
  close(): Promise<void>;
}
