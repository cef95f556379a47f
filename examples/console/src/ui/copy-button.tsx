"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { keptApiKey } from "@/api/api-key";
import { Button } from "./button";

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      small
      look="quiet"
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 2_000);
        });
      }}
    >
      {copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </Button>
  );
}

/** The same call for a terminal. A key is named, never shown. */
export function CopyAsCurl({ method, path, body }: { readonly method: string; readonly path: string; readonly body?: unknown }) {
  return <CopyButton label="Copy as curl" text={curlOf(method, path, body)} />;
}

function curlOf(method: string, path: string, body: unknown): string {
  const origin = typeof window === "undefined" ? "" : window.location.origin;
  const parts = [`curl -X ${method} ${quoted(`${origin}${path}`)}`];
  if (keptApiKey() !== undefined) parts.push(KEY_HEADER);
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`);
  return parts.join(" \\\n  ");
}

/** A key is named, never shown. */
export const KEY_HEADER = `-H "Authorization: Bearer $API_KEY"`;
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
