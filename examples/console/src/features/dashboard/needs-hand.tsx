import { clsx } from "clsx";
import type { Finding } from "@/api/findings";
import { Badge } from "@/ui/badge";
import { LinkButton } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";

/** Where something can be done about it. */
function actionOf({ code, campaignId }: Finding): { readonly href: string; readonly label: string } {
  if (campaignId !== undefined) return { href: `/campaign?id=${encodeURIComponent(campaignId)}`, label: "Open the campaign" };
  if (code === "dead_letters") return { href: "/operations?tab=dead-letters", label: "See dead letters" };
  return { href: "/operations", label: "See operations" };
}

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
        <Badge tone="good">all well</Badge> Nothing needs you: workers are alive, the vendor answers, no dead letters.
      </p>
    );
  }
  const hands = findings.filter(({ needsHand }) => needsHand);
  const sorted = [...hands, ...findings.filter(({ needsHand }) => !needsHand)];
  return (
    <Panel title={hands.length === 0 ? "Look out" : "What needs you"} flush {...(className === undefined ? {} : { className })}>
      <ul>
        {sorted.slice(0, 20).map((finding) => {
          const { code, text, since, needsHand, campaignId, topic, workerId } = finding;
          const { href, label } = actionOf(finding);
          return (
            <li
              key={`${code} ${campaignId} ${topic} ${workerId}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-4 py-2.5"
            >
              <Badge tone={needsHand ? "bad" : "warn"}>{code.replaceAll("_", " ")}</Badge>
              <p className="min-w-48 flex-1 break-words text-sm">
                {text}{" "}
                {since !== undefined && (
                  <span className="text-muted">
                    Since <Ago at={since} />.
                  </span>
                )}
              </p>
              <LinkButton small href={href}>
                {label}
              </LinkButton>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
