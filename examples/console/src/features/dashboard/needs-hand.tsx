import { clsx } from "clsx";
import type { Finding } from "@/api/findings";
import { FindingList } from "@/features/operations/finding-list";
import { Badge } from "@/ui/badge";
import { Panel } from "@/ui/panel";

/** What is wrong, each with its action; a line that says so where nothing is. */
export function NeedsHand({ findings, className }: { readonly findings: readonly Finding[]; readonly className?: string }) {
  if (findings.length === 0) {
    return (
      <p
        className={clsx(
          "flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface px-4 py-2.5 text-sm text-muted",
          className,
        )}
      >
        <Badge tone="good">all well</Badge> Nothing needs you: the engine works, sending works, and nothing was set aside.
      </p>
    );
  }
  const hand = findings.some(({ needsHand }) => needsHand);
  return (
    <Panel title={hand ? "What needs you" : "Good to know"} flush {...(className === undefined ? {} : { className })}>
      <FindingList findings={findings} />
    </Panel>
  );
}
