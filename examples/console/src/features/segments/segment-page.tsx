"use client";

import type { Segment } from "@crm-engine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
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
      <Panel flush>
        {error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <>
            <ErrorNotice error={error} retry={() => void query.refetch()} />
            <div className="px-4 pb-4">
              <LinkButton href="/segments">To the segments</LinkButton>
            </div>
          </>
        )}
      </Panel>
    </>
  );
}
