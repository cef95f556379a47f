"use client";

import { Select } from "@/ui/field";
import { Combo } from "../combo";
import { isRecord, type Json } from "../rule/leaf-form";
import { useRuleWorld } from "../rule-world";
import { ComparisonForm } from "./comparison-form";
import { WithinForm } from "./within-form";

export function MessagesForm({
  leaf,
  name,
  onChange,
}: {
  readonly leaf: Json;
  readonly name: string;
  onChange(leaf: Json): void;
}) {
  const { catalogue, campaigns } = useRuleWorld();
  const query = isRecord(leaf.messages) ? leaf.messages : {};
  const put = (messages: Json) => onChange({ messages });
  const { campaign, count, ...rest } = query;
  return (
    <>
      <Combo
        label={`${name}: campaign`}
        className="w-52 max-w-full"
        value={typeof campaign === "string" ? `id ${campaign}` : "any"}
        shown={typeof campaign === "string" ? campaign : ""}
        options={[
          { value: "any", label: "of any campaign" },
          ...campaigns.map((one) => ({
            value: `id ${one.id}`,
            label: one.name,
            note: `${one.status}, ${one.updatedAt.slice(0, 10)}`,
          })),
        ]}
        onChange={(chosen) => {
          const { campaign: _, ...others } = query;
          put(chosen === "any" ? others : { ...query, campaign: chosen.slice("id ".length) });
        }}
      />
      <Select
        aria-label={`${name}: how often`}
        className="!w-auto max-w-full field-sizing-content !pr-1"
        value={count === undefined ? "once" : "count"}
        onChange={(event) =>
          put(
            event.target.value === "once"
              ? { ...rest, ...(campaign === undefined ? {} : { campaign }) }
              : { ...query, count: { gte: 2 } },
          )
        }
      >
        <option value="once">at least once</option>
        <option value="count">as often as…</option>
      </Select>
      {count !== undefined && (
        <ComparisonForm
          label={name}
          type="number"
          counts
          operators={catalogue.messages.operators}
          value={count}
          onChange={(comparison) => put({ ...query, count: comparison })}
        />
      )}
      <WithinForm label={name} query={query} onChange={put} />
    </>
  );
}
