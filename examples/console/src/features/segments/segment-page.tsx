"use client";

import type { Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useSyncExternalStore } from "react";
import { useEngine } from "@/api/engine";
import { useParams } from "@/api/use-param";
import { LinkButton } from "@/ui/button";
import { StaleNotice } from "@/ui/data-table";
import { ErrorNotice } from "@/ui/error-notice";
import { PageHead, Panel, SkeletonRows } from "@/ui/panel";
import { SegmentEditor } from "./segment-editor";

/** A segment, or a new one. */
export function SegmentPage() {
  const [params] = useParams();
  const id = params.get("id");
  // What is kept in the tab is known to a browser only.
  const here = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  if (!here) return <Waiting />;
  return id === null ? <SegmentEditor key="new" saved={undefined} /> : <SavedSegment key={id} id={id} />;
}

function SavedSegment({ id }: { readonly id: string }) {
  const engine = useEngine();
  const query = useQuery<Segment>({ queryKey: ["segment", id], queryFn: () => engine.segments.get(id) });
  const { data, error } = query;
  if (data !== undefined) {
    return (
      <>
        {error !== null && <StaleNotice error={error} retry={() => void query.refetch()} />}
        <SegmentEditor saved={data} />
      </>
    );
  }
  return (
    <Waiting>
      {error !== null && (
        <>
          <ErrorNotice error={error} retry={() => void query.refetch()} />
          <div className="px-4 pb-4">
            <LinkButton href="/segments">To the segments</LinkButton>
          </div>
        </>
      )}
    </Waiting>
  );
}

const never = () => () => undefined;

/** Until the segment is there, or why it isn't. */
function Waiting({ children }: { readonly children?: ReactNode }) {
  return (
    <>
      <PageHead
        title="Segment"
        documentTitle="Segment"
        note={
          <Link href="/segments" className="text-accent hover:underline">
            All segments
          </Link>
        }
      />
      <Panel flush>{children || <SkeletonRows rows={8} />}</Panel>
    </>
  );
}
