"use client";

import type { Segment } from "@crm-engine/core";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorNotice } from "@/ui/error-notice";
import { Time } from "@/ui/time";
import type { Describe } from "./use-description";
import type { SegmentDraft } from "./use-segment-draft";

interface ConflictDialogProps {
  readonly mine: SegmentDraft;
  readonly newer: Segment;
  readonly describe: Describe | undefined;
  readonly busy: boolean;
  readonly error: unknown;
  onClose(): void;
  onKeepMine(): void;
  onTakeNewer(): void;
}

/** Two people changed the same segment: both versions, and a choice. */
export function ConflictDialog({ mine, newer, describe, busy, error, onClose, onKeepMine, onTakeNewer }: ConflictDialogProps) {
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title="Somebody else has saved this segment meanwhile"
      description="Nothing of yours is lost. Look at both, and choose which it is to be."
    >
      <div className="grid gap-3 md:grid-cols-2">
        <Version title="Yours, not saved" name={mine.name} zone={mine.timeZone} words={describe?.(mine.rule)} rule={mine.rule} />
        <Version
          title={
            <>
              The newer, saved <Time at={newer.updatedAt} />
            </>
          }
          name={newer.name}
          zone={newer.timeZone ?? ""}
          words={newer.description}
          rule={newer.rule}
        />
      </div>
      {error !== null && error !== undefined && (
        <div className="mt-3">
          <ErrorNotice compact error={error} />
        </div>
      )}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Go on editing</Button>
        <Button onClick={onTakeNewer}>Take the newer, drop mine</Button>
        <Button look="danger" busy={busy} onClick={onKeepMine}>
          Save mine over it
        </Button>
      </div>
    </Dialog>
  );
}

interface VersionProps {
  readonly title: React.ReactNode;
  readonly name: string;
  readonly zone: string;
  readonly words: string | undefined;
  readonly rule: unknown;
}

function Version({ title, name, zone, words, rule }: VersionProps) {
  return (
    <section className="min-w-0 rounded-md border border-line p-3">
      <h3 className="text-xs font-semibold text-muted">{title}</h3>
      <p className="mt-1 font-semibold break-words">{name}</p>
      {zone !== "" && <p className="text-xs text-muted">Days in {zone}</p>}
      {words !== undefined && <p className="mt-1 text-sm break-words">{words}</p>}
      <details className="mt-2">
        <summary className="text-xs font-semibold text-muted">As JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <pre tabIndex={0} className="mt-1 max-h-64 overflow-auto rounded bg-sunken p-2 font-mono text-xs">
          {JSON.stringify(rule, null, 2)}
        </pre>
      </details>
    </section>
  );
}
