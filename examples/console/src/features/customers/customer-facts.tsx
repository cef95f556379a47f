import type { Customer } from "@crm-engine/core";
import type { ReactNode } from "react";
import { Panel } from "@/ui/panel";
import { Time } from "@/ui/time";

/** What is known of a person, beside orders and messages. */
export function CustomerFacts({ customer }: { readonly customer: Customer }) {
  const { email, phone, timeZone, tags, attributes, createdAt, updatedAt } = customer;
  const known = Object.entries(attributes).sort(([one], [other]) => one.localeCompare(other));
  return (
    <Panel title="About them">
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-table">
        <Fact name="E-mail">{email ?? <None>none</None>}</Fact>
        <Fact name="Phone">{phone ?? <None>none</None>}</Fact>
        <Fact name="Time zone">{timeZone ?? <None>not known; the engine's is used</None>}</Fact>
        <Fact name="Tags">
          {tags.length === 0 ? (
            <None>none</None>
          ) : (
            <span className="flex flex-wrap gap-1">
              {tags.map((tag) => (
                <span key={tag} className="rounded bg-sunken px-1.5 py-0.5 text-xs font-medium">
                  {tag}
                </span>
              ))}
            </span>
          )}
        </Fact>
        {known.map(([name, value]) => (
          <Fact key={name} name={name}>
            {attributeText(value)}
          </Fact>
        ))}
        <Fact name="Known since">
          <Time at={createdAt} />
        </Fact>
        <Fact name="Last changed">
          <Time at={updatedAt} />
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="truncate text-muted" title={name}>
        {name}
      </dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function None({ children }: { readonly children: ReactNode }) {
  return <span className="text-muted">{children}</span>;
}

function attributeText(value: Customer["attributes"][string]): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
