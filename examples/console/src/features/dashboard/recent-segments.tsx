import type { Dashboard } from "@crm-engine/core/schemas";
import Link from "next/link";
import { LinkButton } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Ago } from "@/ui/time";

export function RecentSegments({ segments }: { readonly segments: Dashboard["segments"] }) {
  return (
    <Panel
      title="Recent segments"
      actions={
        <LinkButton small href="/segment">
          New segment
        </LinkButton>
      }
    >
      {segments.length === 0 ? (
        <p className="text-sm text-muted">
          None yet. A segment is an audience by rules: "spent over 1,000 and has not ordered for 30 days".
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {segments.map(({ id, name, updatedAt }) => (
            <li key={id} className="flex items-baseline justify-between gap-2">
              <Link
                href={`/segment?id=${encodeURIComponent(id)}`}
                className="truncate text-sm font-medium underline decoration-line-strong underline-offset-2"
              >
                {name}
              </Link>
              <span className="text-xs text-muted">
                <Ago at={updatedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
