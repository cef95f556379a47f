"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { POLL_MS, useEvents, useVisible } from "@/api/live";
import { useParams } from "@/api/use-param";
import { LinkButton } from "@/ui/button";
import { StaleNotice } from "@/ui/data-table";
import { ErrorNotice } from "@/ui/error-notice";
import { Empty, PageHead, Panel, Skeleton } from "@/ui/panel";
import { isMoving, wasLaunched } from "./campaign-status";
import { Composer } from "./composer/composer";
import { LaunchedPage } from "./live/launched-page";

/** Somebody else may change it. */
const REST_MS = 5_000;

export function CampaignPage() {
  const [params] = useParams();
  const id = params.get("id");
  return id === null || id === "" ? <NotThere /> : <CampaignOf key={id} id={id} />;
}

function CampaignOf({ id }: { readonly id: string }) {
  const engine = useEngine();
  const queries = useQueryClient();
  const visible = useVisible();
  const query = useQuery({
    queryKey: ["campaign", id],
    queryFn: () => engine.campaigns.get(id),
    refetchInterval: ({ state }) => {
      if (!visible || hasRemoteCode(state.error, "not_found")) return false;
      if (state.status === "error") return 3_000;
      const status = state.data?.status;
      return status !== undefined && (isMoving(status) || status === "paused" || status === "scheduled") ? POLL_MS : REST_MS;
    },
  });
  const status = query.data?.status;
  useEvents(
    status !== undefined && status !== "draft" && (isMoving(status) || status === "paused" || status === "scheduled"),
    id,
    (signal) =>
      engine.campaigns.completed(id, {
        signal,
        onProgress: (campaign) => {
          queries.setQueryData(["campaign", id], campaign);
          void queries.invalidateQueries({ queryKey: ["campaign", id, "stats"] });
        },
      }),
  );
  if (query.data === undefined && hasRemoteCode(query.error, "not_found")) return <NotThere />;
  if (query.data === undefined && query.error !== null) {
    return (
      <>
        <PageHead title="Campaign" documentTitle="Campaign" />
        <ErrorNotice error={query.error} retry={() => void query.refetch()} />
      </>
    );
  }
  const campaign = query.data;
  if (campaign === undefined) return <PageSkeleton />;
  if (campaign.status === "draft") return <Composer campaign={campaign} />;
  return (
    <>
      {/* Where there are counts, they say that they are old. */}
      {query.error !== null && !wasLaunched(campaign) && <StaleNotice error={query.error} retry={() => void query.refetch()} />}
      <LaunchedPage campaign={campaign} />
    </>
  );
}

function PageSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <PageHead title={<Skeleton className="h-7 w-64" />} documentTitle="Campaign" />
      <Skeleton className="mb-4 h-44 w-full" />
      <Skeleton className="h-80 w-full" />
    </div>
  );
}

function NotThere() {
  return (
    <>
      <PageHead title="Campaign" documentTitle="Campaign" />
      <Panel>
        <Empty title="This campaign is not there" actions={<LinkButton href="/campaigns">See all campaigns</LinkButton>}>
          It was deleted, or the address is not whole.
        </Empty>
      </Panel>
    </>
  );
}
