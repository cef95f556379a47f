import { RemoteError } from "@crm-engine/client";

export interface ExplainedError {
  readonly title: string;
  readonly text: string;
  readonly requestId?: string | undefined;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  /** Trying again, unchanged, may help. */
  readonly passing: boolean;
}

const TITLES: Readonly<Record<string, string>> = {
  invalid: "Something in it is wrong",
  not_found: "It isn't there",
  conflict: "That can't be done now",
  stale: "Somebody else has changed it",
  unavailable: "The engine can't do that at the moment",
  unauthenticated: "The API key is missing or wrong",
  forbidden: "This isn't allowed from here",
  internal: "The engine made a mistake",
  http: "Something between here and the engine answered",
};

const PASSING: ReadonlySet<string> = new Set(["unavailable", "internal", "http", "closed"]);

/** What happened, and what to do, in words for a screen. */
export function explainError(error: unknown): ExplainedError {
  if (!(error instanceof RemoteError)) {
    return {
      title: "The console made a mistake",
      text: error instanceof Error ? error.message : String(error),
      issues: [],
      passing: false,
    };
  }
  const { code, message, requestId, issues } = error;
  const base = { requestId, issues, passing: PASSING.has(code) };
  if (code === "unavailable" && error.status === undefined) {
    return {
      ...base,
      title: "The engine doesn't answer",
      text: "Nothing that you entered is lost. The page goes on trying; if this lasts, look whether the engine is running.",
    };
  }
  return { ...base, title: TITLES[code] ?? "That didn't work", text: message };
}
