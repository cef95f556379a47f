"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useEngineSettings } from "@/api/use-engine-settings";
import { useParams } from "@/api/use-param";
import { Button, LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { DataTable, PAGE_SIZE } from "@/ui/data-table";
import { DownloadButton } from "@/ui/download-button";
import { Empty, PageHead, Panel } from "@/ui/panel";
import { SearchField } from "@/ui/search-field";
import { customerColumns } from "./customer-columns";

const CSV = "/api/customers.csv";

export function CustomersPage() {
  const engine = useEngine();
  const [params, change] = useParams();
  const { currency } = useEngineSettings();
  const search = params.get("search") ?? "";
  const cursor = params.get("cursor");
  const page = { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
  const query = useQuery({
    queryKey: ["customers", { search, cursor }],
    queryFn: () => (search === "" ? engine.customers.list(page) : engine.customers.search(search, page)),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  return (
    <>
      <PageHead
        title="Customers"
        documentTitle="Customers"
        note="Everybody the engine knows, with what they bought."
        actions={
          <>
            <CopyAsCurl method="GET" path={CSV} />
            <DownloadButton path={CSV} label="Export CSV" />
          </>
        }
      />
      <Panel flush>
        <div className="px-4 py-3">
          <SearchField
            label="Search customers"
            hint="The beginning of an e-mail address, a phone number (+44…), a word of the name, or an id."
            maxLength={400}
            className="max-w-md"
          />
        </div>
        <div className="border-t border-line">
          <DataTable
            label="Customers"
            query={query}
            columns={customerColumns(currency)}
            keyOf={({ id }) => id}
            empty={
              search === "" ? (
                <NoCustomers />
              ) : (
                <NobodyFound search={search} onClear={() => change({ search: null, cursor: null })} />
              )
            }
          />
        </div>
      </Panel>
    </>
  );
}

function NoCustomers() {
  return (
    <Empty
      title="No customers yet"
      actions={
        <LinkButton href="/uploads" look="primary">
          Upload customers or orders
        </LinkButton>
      }
    >
      Upload a file of customers, or of orders: an order of somebody new makes them a customer.
    </Empty>
  );
}

function NobodyFound({ search, onClear }: { readonly search: string; readonly onClear: () => void }) {
  return (
    <Empty
      title={`Nobody's e-mail, phone, name or id begins with “${search}”`}
      actions={<Button onClick={onClear}>Show everybody</Button>}
    >
      Words are found from their beginning on: “smi” finds Ann Smith, “ith” does not. A phone number begins with its country's
      code.
    </Empty>
  );
}
