import type { Engine, Logger } from "@crm-engine/core";
import type { RequestBody } from "./request-body.js";

export interface BodyLimits {
  /** Of a JSON body; 8 MiB. */
  readonly maxJsonBytes: number;
  /** Of one row of an upload; 1 MiB. */
  readonly maxRowBytes: number;
  /** Of an upload, before and after unpacking; 4 GiB. */
  readonly maxStreamBytes: number;
}

/** What every route works with. */
export interface AppParts {
  readonly engine: Engine;
  readonly limits: BodyLimits;
  readonly logger: Logger;
  /** Lets a request in that the app makes of itself, for someone who has proved that they may. */
  readonly admit: (request: Request) => Request;
  /** `whsec_…`: receipts must be signed with it, and need no key. */
  readonly webhookSecret?: string;
  /** The message that the token of an unsubscribe link stands for, if the link is ours. */
  readonly messageIdOf?: (token: string) => string | undefined;
}

export interface AppEnv {
  readonly Bindings: {
    /** Aborts when the server is closing: event streams end. Absent where nobody serves the app over a socket. */
    readonly closing?: AbortSignal;
  };
  readonly Variables: {
    readonly requestId: string;
    body: RequestBody;
    /** The id of the batch that a keyed upload makes: the same when it is taken over after a crash. */
    batchId?: string;
    /** The Content-Security-Policy of a page that has one of its own. */
    pagePolicy?: string;
  };
}
