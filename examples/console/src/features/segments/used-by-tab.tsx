"use client";

import type { Campaign, Segment } from "@crm-engine/core";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatNumber } from "@/api/format";
import { useAllCampaigns, useAllSegments } from "@/api/use-all";
import { CampaignStatusBadge } from "@/ui/badge";
import { LinkButton } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { Empty, Panel } from "@/ui/panel";
import { segmentsIn } from "./rule/leaf-form";

/** Drawn at most of each. */
const SHOWN = 90;

/** Who relies on it. */
export function UsedByTab({ id }: { readonly id: string }) {
  const segments = useAllSegments();
  const campaigns = useAllCampaigns();
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel title="Segments that refer to it">
        <Loaded query={segments}>
          {({ items, more }) => (
            <Users
              found={items.filter((one) => one.id !== id && segmentsIn(one.rule).includes(id))}
              more={more}
              empty={<Empty title="No segment refers to it">A rule may say “in another segment”.</Empty>}
              show={(one: Segment) => (
                <>
                  <Link className="font-semibold text-accent hover:underline" href={`/segment?id=${encodeURIComponent(one.id)}`}>
                    {one.name}
                  </Link>
                  <div className="text-xs text-muted">{one.description}</div>
                </>
              )}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Campaigns that name it">
        <Loaded query={campaigns}>
          {({ items, more }) => (
            <Users
              found={items.filter((one) => one.segmentIds.includes(id) || one.excludeSegmentIds.includes(id))}
              more={more}
              empty={
                <Empty title="No campaign writes to it" actions={<LinkButton href="/campaigns">To the campaigns</LinkButton>}>
                  A campaign writes to the customers of its segments.
                </Empty>
              }
              show={(one: Campaign) => (
                <div className="flex flex-wrap items-center gap-2">
                  <Link className="font-semibold text-accent hover:underline" href={`/campaign?id=${encodeURIComponent(one.id)}`}>
                    {one.name}
                  </Link>
                  <CampaignStatusBadge status={one.status} />
                  {one.archived && <span className="text-xs text-muted">archived</span>}
                  {one.excludeSegmentIds.includes(id) && <span className="text-xs text-muted">leaves its members out</span>}
                </div>
              )}
            />
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

interface UsersProps<T extends { readonly id: string }> {
  readonly found: readonly T[];
  readonly more: boolean;
  readonly empty: ReactNode;
  show(one: T): ReactNode;
}

function Users<T extends { readonly id: string }>({ found, more, empty, show }: UsersProps<T>) {
  return (
    <>
      {found.length === 0 ? (
        empty
      ) : (
        <ul className="flex flex-col gap-2 text-sm">
          {found.slice(0, SHOWN).map((one) => (
            <li key={one.id}>{show(one)}</li>
          ))}
        </ul>
      )}
      {found.length > SHOWN && <p className="mt-2 text-xs text-muted">and {formatNumber(found.length - SHOWN)} more</p>}
      {more && <p className="mt-2 text-xs text-warn">There are too many to look through all; there may be others.</p>}
    </>
  );
}
