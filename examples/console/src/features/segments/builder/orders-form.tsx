"use client";

import type { Rule } from "@crm-engine/core";
import { useState } from "react";
import { Select } from "@/ui/field";
import { isRecord, type Json, productsOf, whereProducts } from "../rule/leaf-form";
import { useRuleWorld } from "../rule-world";
import { ComparisonForm } from "./comparison-form";
import { ListInput } from "./inputs/list-input";
import { NestedBuilder } from "./nested-builder";
import { measureOf } from "./what-picker";
import { WithinForm } from "./within-form";

type Which = "any" | "products" | "where";

/** "bought [85123A] at least [3] times in the last [90] days". */
export function OrdersForm({ leaf, name, onChange }: { readonly leaf: Json; readonly name: string; onChange(leaf: Json): void }) {
  const { catalogue } = useRuleWorld();
  const query = isRecord(leaf.orders) ? leaf.orders : {};
  const measure = measureOf(query);
  const definition = catalogue.orders.measures.find((one) => one.name === measure);
  const products = productsOf(query.where);
  const [open, setOpen] = useState(false);
  const which: Which = query.where === undefined ? "any" : products !== undefined && !open ? "products" : "where";
  const put = (next: Json) => onChange({ orders: next });
  const { where, ...rest } = query;
  if (definition === undefined) return null;
  return (
    <>
      <Select
        aria-label={`${name}: which orders`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={which}
        onChange={(event) => {
          const next = event.target.value as Which;
          setOpen(next === "where");
          if (next === "any") put(rest);
          else if (next === "products") put({ where: whereProducts(products ?? []), ...rest });
          else if (where === undefined) put({ where: { all: [] }, ...rest });
        }}
      >
        <option value="any">{measure === "count" ? "anything" : "of all products"}</option>
        <option value="products">{measure === "count" ? "the products" : "of the products"}</option>
        <option value="where">{measure === "count" ? "orders that meet…" : "of orders that meet…"}</option>
      </Select>
      {which === "products" && (
        <ListInput<string>
          label={`${name}: products (SKU)`}
          values={products ?? []}
          read={(text) => (text === "" ? undefined : text)}
          onChange={(skus) => put({ ...query, where: whereProducts(skus) })}
        />
      )}
      <ComparisonForm
        label={name}
        type={definition.type}
        operators={definition.operators}
        counts={measure === "count"}
        value={query[measure]}
        onChange={(comparison) => put({ ...query, [measure]: comparison })}
      />
      <WithinForm label={name} query={query} onChange={put} />
      {which === "where" && (
        <div className="basis-full">
          <p className="mb-1 text-xs text-muted">
            Only orders for which this holds. Refunds count only where it names the type, cancelled orders only where it names the
            status.
          </p>
          <NestedBuilder name={`${name}, orders`} rule={where as Rule} onChange={(rule) => put({ ...query, where: rule })} />
        </div>
      )}
    </>
  );
}
