"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useAllSegments } from "@/api/use-all";
import { ErrorNotice } from "@/ui/error-notice";
import { Field, PickSelect } from "@/ui/field";

interface SegmentPickerProps {
  readonly label: string;
  readonly add: string;
  readonly chosen: readonly string[];
  /** Offered no more: they are chosen elsewhere. */
  readonly taken: readonly string[];
  readonly error?: string | undefined;
  onChange(chosen: readonly string[]): void;
}

/** Several segments, each with what it means. */
export function SegmentPicker({ label, add, chosen, taken, error, onChange }: SegmentPickerProps) {
  const segments = useAllSegments();
  const known = new Map(segments.data?.items.map((segment) => [segment.id, segment]));
  const offered = segments.data?.items.filter(({ id }) => !chosen.includes(id) && !taken.includes(id)) ?? [];
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={label} error={error}>
        {(control) => (
          <>
            {chosen.length > 0 && (
              <ul className="flex flex-col gap-1" aria-label={label}>
                {chosen.map((id) => {
                  const segment = known.get(id);
                  const name = segment?.name ?? (segments.data === undefined ? "…" : `${id} (it is not there)`);
                  return (
                    <li key={id} className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-2.5">
                      <span className="min-w-0 flex-1">
                        <Link
                          href={`/segment?id=${encodeURIComponent(id)}`}
                          className="font-medium underline decoration-line-strong underline-offset-2"
                        >
                          {name}
                        </Link>
                        {segment !== undefined && (
                          <span className="block text-xs break-words text-muted">{segment.description}</span>
                        )}
                      </span>
                      <button
                        type="button"
                        aria-label={`Take ${name} away`}
                        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted hover:text-ink pointer-coarse:size-11"
                        onClick={() => onChange(chosen.filter((other) => other !== id))}
                      >
                        <X aria-hidden size={14} />
                      </button>
                    </li>
                  );
                })}
              </ul>
            )}
            <PickSelect {...control} disabled={offered.length === 0} onPick={(id) => onChange([...chosen, id])}>
              <option value="">
                {segments.isPending ? "Reading segments…" : offered.length === 0 ? "No more segments" : add}
              </option>
              {offered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </PickSelect>
          </>
        )}
      </Field>
      {segments.data === undefined && segments.error !== null && (
        <ErrorNotice compact error={segments.error} retry={() => void segments.refetch()} />
      )}
    </div>
  );
}
