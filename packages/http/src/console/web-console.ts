import type { Site } from "./site.js";

/** What there is of the web console now. */
export type ConsoleState =
  | { readonly status: "built"; readonly site: Site }
  /** Whether what is built is of the present sources is being found out. */
  | { readonly status: "checking"; readonly since: Date }
  /** Another process builds it; it is waited for. */
  | { readonly status: "waiting"; readonly since: Date }
  | { readonly status: "installing"; readonly since: Date }
  | { readonly status: "building"; readonly since: Date }
  /** `lastLines` are the end of what the build said, not to be shown to everyone; `logFile` has all of it. */
  | { readonly status: "failed"; readonly reason: string; readonly lastLines: readonly string[]; readonly logFile: string }
  | { readonly status: "absent"; readonly reason: string };

/** What is served at `/`: a console that may come to be while the app runs. */
export interface WebConsole {
  state(): ConsoleState;
}
