"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Download, Search } from "lucide-react";
import { useEngine } from "@/api/engine";
import { POLL_MS } from "@/api/live";
import { useCurrency } from "@/api/use-currency";
import { useParams } from "@/api/use-param";
import { Button, LinkButton } from "@/ui/button";
import { CopyAsCurl } from "@/ui/copy-button";
import { DataTable, PAGE_SIZE } from "@/ui/data-table";
import { Field, Input } from "@/ui/field";
import { Empty, PageHead, Panel } from "@/ui/panel";
import { customerColumns } from "./customer-columns";
import { useSearchText } from "./use-search-text";

const CSV = "/api/customers.csv";

export function CustomersPage() {
  const engine = useEngine();
  const [params] = useParams();
  const currency = useCurrency();
  const [text, setText] = useSearchText("search");
  const search = params.get("search") ?? "";
  const cursor = params.get("cursor");
  const page = { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
  const query = useQuery({
    queryKey: ["customers", { search, cursor }],
    queryFn: () => (search === "" ? engine.customers.list(page) : engine.customers.search(search, page)),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  const csv = useMutation({
    mutationFn: () => engine.downloads.linkTo(CSV),
    onSuccess: (url) => window.location.assign(url),
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
            <Button busy={csv.isPending} onClick={() => csv.mutate()}>
              <Download aria-hidden size={15} />
              Export CSV
            </Button>
          </>
        }
      />
      <Panel flush>
        <div className="px-4 py-3">
          <Field
            label="Search customers"
            hint="The beginning of an e-mail address, a phone number (+44…), a word of the name, or an id."
            className="max-w-md"
          >
            {(control) => (
              <div className="relative">
                <Search aria-hidden size={15} className="absolute top-2.5 left-2.5 text-muted" />
                <Input
                  {...control}
                  type="search"
                  value={text}
                  maxLength={400}
                  className="pl-8"
                  onChange={(event) => setText(event.target.value)}
                />
              </div>
            )}
          </Field>
        </div>
        <div className="border-t border-line">
          <DataTable
            label="Customers"
            query={query}
            columns={customerColumns(currency)}
            keyOf={({ id }) => id}
            empty={search === "" ? <NoCustomers /> : <NobodyFound search={search} onClear={() => setText("")} />}
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
