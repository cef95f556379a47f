"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { POLL_MS } from "@/api/live";
import type { BegunErasure } from "@/api/views";
import { LinkButton } from "@/ui/button";
import { Loaded } from "@/ui/data-table";
import { Empty, PageHead, Panel } from "@/ui/panel";
import { begunErasureKey } from "./erase-dialog";
import { ErasureReceipt } from "./erasure-receipt";

/** An id that nobody has: because they were erased, or never were. */
export function MissingCustomer({ id }: { readonly id: string }) {
  const engine = useEngine();
  const begun = useQueryClient().getQueryData<BegunErasure>(begunErasureKey(id));
  const query = useQuery({
    queryKey: ["customer", id, "erasure"],
    queryFn: () => engine.customers.erasure(id),
    refetchInterval: ({ state }) => (state.data?.status === "completed" ? false : POLL_MS),
  });
  const neverWas = hasRemoteCode(query.error, "not_found");
  return (
    <>
      <PageHead
        title={neverWas ? "No such customer" : "Erased customer"}
        documentTitle={id}
        note={
          <>
            Id <code className="font-mono text-xs break-all text-ink">{id}</code>
          </>
        }
      />
      {neverWas ? (
        <Panel>
          <Empty
            title="There is no customer with this id"
            actions={
              <>
                <LinkButton href={`/customers?search=${encodeURIComponent(id)}`} look="primary">
                  Search for it
                </LinkButton>
                <LinkButton href="/customers">All customers</LinkButton>
              </>
            }
          >
            Nobody has it, and nobody with it was erased. If they were uploaded a moment ago, this page shows them as soon as they
            are stored.
          </Empty>
        </Panel>
      ) : (
        <Panel title="They were erased" note="This id belongs to nobody any more. This is what was done, and when.">
          <Loaded query={query}>{(erasure) => <ErasureReceipt erasure={erasure} sameAddress={begun?.sameAddress} />}</Loaded>
        </Panel>
      )}
    </>
  );
}
