/** What a test may need: a server, or an engine to start containers of its own with. */
export const NEEDS = ["redis", "rabbitmq", "mongo", "docker"] as const;
export type Need = (typeof NEEDS)[number];

/** How a need of this run was met: by what server, or not, and why. */
export type Met = { readonly server?: string } | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    /** Only what the run's files need. */
    readonly services: { readonly [N in Need]?: Met };
  }
  interface TaskMeta {
    /** For the tally, where a whole suite is skipped. */
    skipReason?: string;
  }
}
