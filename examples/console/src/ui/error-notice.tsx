"use client";

import { explainError } from "@/api/errors/explain-error";
import { Button } from "./button";
import { CopyButton } from "./copy-button";

/** What happened, what to do, the request id to copy, and a retry that keeps the input. */
export function ErrorNotice({
  error,
  retry,
  compact = false,
  byHand = false,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly compact?: boolean;
  /** Reads are tried again by themselves; this is not. */
  readonly byHand?: boolean;
}) {
  const { title, text, requestId, issues, passing } = explainError(error);
  return (
    <div role="alert" className={`rounded-md border border-bad bg-bad-soft text-sm ${compact ? "px-3 py-2" : "m-4 px-4 py-3"}`}>
      <p className="font-semibold text-bad">{title}</p>
      <p className="mt-0.5 break-words text-ink">{text}</p>
      {issues.length > 1 && (
        <ul className="mt-1 list-disc pl-5 text-ink">
          {issues.slice(0, 10).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path === "" ? "" : <code className="font-mono text-xs">{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {retry !== undefined && (
          <Button small onClick={retry}>
            Try again
          </Button>
        )}
        {passing && !byHand && retry !== undefined && (
          <span className="text-xs text-muted">It is tried again by itself every few seconds.</span>
        )}
        {requestId !== undefined && <CopyButton text={requestId} label={`Copy request id ${requestId.slice(0, 8)}…`} />}
      </div>
    </div>
  );
}
