"use client";

import { useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { POLL_MS } from "@/api/live";
import { useParams } from "@/api/use-param";
import { LinkButton } from "@/ui/button";
import { StaleNotice } from "@/ui/data-table";
import { ErrorNotice } from "@/ui/error-notice";
import { Empty, PageHead, Panel, SkeletonRows } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { ContactPanel } from "./contact/contact-panel";
import { CustomerFacts } from "./customer-facts";
import { CustomerHead } from "./customer-head";
import { CustomerMessages } from "./customer-messages";
import { CustomerOrders } from "./customer-orders";
import { CustomerTimeline } from "./customer-timeline";
import { MissingCustomer } from "./missing-customer";

export function CustomerPage() {
  const [params] = useParams();
  const id = params.get("id");
  if (id === null || id === "") {
    return (
      <>
        <PageHead title="Customer" documentTitle="Customer" />
        <Panel>
          <Empty title="Which customer?" actions={<LinkButton href="/customers">Find a customer</LinkButton>} />
        </Panel>
      </>
    );
  }
  return <OneCustomer key={id} id={id} />;
}

function OneCustomer({ id }: { readonly id: string }) {
  const engine = useEngine();
  const query = useQuery({
    queryKey: ["customer", id],
    queryFn: () => engine.customers.get(id),
    refetchInterval: POLL_MS,
  });
  if (hasRemoteCode(query.error, "not_found")) return <MissingCustomer id={id} />;
  const { data: customer, error } = query;
  const again = () => void query.refetch();
  if (customer === undefined) {
    return (
      <>
        <PageHead title={id} documentTitle={id} />
        <Panel flush>{error === null ? <SkeletonRows rows={12} /> : <ErrorNotice error={error} retry={again} />}</Panel>
      </>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {error !== null && (
        <Panel flush>
          <StaleNotice error={error} retry={again} />
        </Panel>
      )}
      <CustomerHead customer={customer} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ContactPanel customer={customer} />
        <CustomerFacts customer={customer} />
      </div>
      <Tabs
        label="What happened"
        tabs={[
          { id: "timeline", label: "Time line", content: () => <CustomerTimeline id={id} /> },
          { id: "orders", label: "Orders", content: () => <CustomerOrders id={id} /> },
          { id: "messages", label: "Messages", content: () => <CustomerMessages id={id} /> },
        ]}
      />
    </div>
  );
}
