"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button, LinkButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { PageHead } from "@/ui/panel";
import { Tabs } from "@/ui/tabs";
import { AnalyticsTab } from "./analytics/analytics-tab";
import { OrderForm } from "./order-form";
import { OrderList } from "./order-list";

export function OrdersPage() {
  const [adds, setAdds] = useState(false);
  return (
    <>
      <PageHead
        title="Orders"
        documentTitle="Orders"
        actions={
          <>
            <LinkButton href="/uploads">Upload orders</LinkButton>
            <Button look="primary" onClick={() => setAdds(true)}>
              <Plus aria-hidden size={16} />
              New order
            </Button>
          </>
        }
      />
      <Tabs
        label="Orders"
        tabs={[
          { id: "orders", label: "Orders", content: () => <OrderList /> },
          { id: "analytics", label: "Analytics", content: () => <AnalyticsTab /> },
        ]}
      />
      <Dialog
        wide
        open={adds}
        onOpenChange={setAdds}
        title="New order"
        description="An id that is there already is changed: the whole order becomes what you enter."
      >
        <OrderForm />
      </Dialog>
    </>
  );
}
