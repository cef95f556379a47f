import type { RemoteClient } from "@crm-engine/client";

/** Views of the engine that it exports under no name, by the methods that answer with them. */
type Answer<M extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<M>>;

export type Suppression = Answer<RemoteClient["suppressions"]["find"]>[number];
export type Contactable = Answer<RemoteClient["customers"]["contactable"]>;
export type TimelineItem = Answer<RemoteClient["customers"]["timeline"]>["items"][number];
export type TimelineKind = TimelineItem["kind"];
export type BegunErasure = NonNullable<Answer<RemoteClient["customers"]["erase"]>>;
export type Erasure = Answer<RemoteClient["customers"]["erasure"]>;
export type WorkerProcess = Answer<RemoteClient["health"]["workers"]>[number];
export type Vendor = Answer<RemoteClient["health"]["vendor"]>;
