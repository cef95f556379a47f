import type { Duty, ProcessReport } from "@crm-engine/core/ports";

/** What a worker's duties fail with now, and since when. */
export interface Troubles {
  /** A piece of work of the duty failed with this or, with nothing, went well. A duty may have several kinds of work. */
  note(duty: Duty, kind: string, error?: unknown): void;
  of(duties: readonly Duty[]): ProcessReport["doing"];
}

export function createTroubles(): Troubles {
  const troubles = new Map<string, { readonly duty: Duty; readonly since: number; readonly error: unknown }>();
  return {
    note: (duty, kind, error) => {
      if (error === undefined) troubles.delete(kind);
      else troubles.set(kind, { duty, since: troubles.get(kind)?.since ?? performance.now(), error });
    },
    of: (duties) =>
      duties.map((duty) => {
        const [first] = [...troubles.values()].filter((one) => one.duty === duty).sort((a, b) => a.since - b.since);
        return { duty, ...(first ? { trouble: { forMs: performance.now() - first.since, error: first.error } } : {}) };
      }),
  };
}
