import type { Campaign } from "@crm-engine/core";
import { plainWords } from "@/api/plain-words";
import { Badge, type Tone } from "@/ui/badge";
import { Ago, Time } from "@/ui/time";

const TONES: Readonly<Record<string, Tone>> = {
  worker: "bad",
  vendor: "bad",
  store: "bad",
  queue: "bad",
  dead_letter: "bad",
  user: "warn",
  schedule: "info",
  rate: "info",
  vendor_rate: "info",
  retry: "warn",
  lease: "warn",
};
const NAMES: Readonly<Record<string, string>> = {
  user: "you",
  schedule: "its time",
  store: "the database",
  queue: "the queue",
  worker: "a worker, which sends",
  lease: "a worker that is gone",
  vendor: "the sending service",
  vendor_rate: "the sending service's rate",
  rate: "its own rate",
  retry: "another try",
  dead_letter: "a message that was set aside",
};

/** What it waits for, why, and until when. */
export function WaitsFor({ waitsFor }: { readonly waitsFor: NonNullable<Campaign["waitsFor"]> }) {
  return (
    <ul className="flex flex-col gap-1.5" aria-label="What it waits for">
      {waitsFor.map(({ what, why, until }) => (
        <li key={`${what} ${why}`} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <Badge tone={TONES[what] ?? "info"}>waits for {NAMES[what] ?? what}</Badge>
          <span className="break-words">{plainWords(why)}</span>
          {until !== undefined && (
            <span className="text-muted">
              until <Time at={until} /> (<Ago at={until} />)
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
