"use client";

import type { BatchKind } from "@crm-engine/core";
import { X } from "lucide-react";
import { formatBytes } from "@/api/format";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Field, Select } from "@/ui/field";
import { ScrollRegion } from "@/ui/scroll/scroll-region";
import { FORMAT_NAMES } from "./file/file-format";
import type { FileHead } from "./file/file-head";
import { ORDER_MAPS } from "./file/proposal";
import { uploadCurl } from "./file/upload-curl";
import type { ReadyFile } from "./sending";
import { changeDraft, type Draft, removeDraft } from "./use-drafts";

interface DraftCardProps {
  readonly draft: Draft;
  readonly onSend: (ready: ReadyFile) => void;
}

/** What a file seems to be, for somebody to put right before it is sent. */
export function DraftCard({ draft: { id, file, head, proposed, kind, map }, onSend }: DraftCardProps) {
  const chosen = ORDER_MAPS.find(({ name }) => name === map);
  const missing = kind === "orders" ? (chosen?.columns ?? []).filter((column) => !head.columns.includes(column)) : [];
  const ready: ReadyFile = { kind, file, format: head.format, ...(kind === "orders" && map !== "" ? { map } : {}) };
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line-strong p-3">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 text-sm">
          <p className="font-semibold break-words">{file.name}</p>
          <p className="text-xs text-muted">
            {formatBytes(file.size)} of {FORMAT_NAMES[head.format.contentType]}
            {head.format.gzip ? ", compressed" : ""}
          </p>
        </div>
        <IconButton label={`Leave out ${file.name}`} onClick={() => removeDraft(id)}>
          <X aria-hidden size={16} />
        </IconButton>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="The rows are" hint={`Proposed: ${proposed.kind}, since ${proposed.because}.`}>
          {(control) => (
            <Select {...control} value={kind} onChange={(event) => changeDraft(id, { kind: event.target.value as BatchKind })}>
              <option value="customers">customers</option>
              <option value="orders">orders</option>
            </Select>
          )}
        </Field>
        {kind === "orders" && (
          <Field
            label="How rows become orders"
            hint={chosen?.meaning}
            error={missing.length > 0 ? `The file has no column ${missing.join(", ")}.` : undefined}
          >
            {(control) => (
              <Select {...control} value={map} onChange={(event) => changeDraft(id, { map: event.target.value })}>
                {ORDER_MAPS.map(({ name, label }) => (
                  <option key={name} value={name}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </div>
      <HeadTable head={head} name={file.name} />
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" onClick={() => onSend(ready)}>
          Upload {file.name} as {kind}
        </Button>
        <CopyButton label="Copy as curl" text={uploadCurl(ready)} />
      </div>
    </li>
  );
}

function HeadTable({ head: { columns, rows }, name }: { readonly head: FileHead; readonly name: string }) {
  if (columns.length === 0)
    return (
      <p className="text-sm text-warn">
        Nothing could be read at its beginning. You can upload it all the same: the engine says what is wrong.
      </p>
    );
  return (
    <ScrollRegion label={`First rows of ${name}`} className="rounded-md border border-line">
      <table className="w-full text-xs">
        <thead>
          <tr className="bg-sunken text-left text-muted">
            {columns.map((column, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header may name one twice
              <th key={at} scope="col" className="px-2 py-1 font-semibold whitespace-nowrap">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name
            <tr key={at} className="border-t border-line">
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor have cells
                <td key={column} className="max-w-60 truncate px-2 py-1 whitespace-nowrap">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
