import type { Customer } from "@crm-engine/core";
import { CHANNELS } from "@crm-engine/core/schemas";
import { anyTextCell, listCell, valueCell } from "@crm-engine/files";
import type { CsvRow } from "./csv-download.js";

const OWN_COLUMNS = [
  "id",
  "email",
  "phone",
  "name",
  "timeZone",
  "tags",
  "visitCount",
  "lastVisitAt",
  ...CHANNELS.flatMap((channel) => [`consent.${channel}`, `consent.${channel}.at`, `consent.${channel}.by`]),
  "orderCount",
  "totalSpend",
  "firstOrderAt",
  "lastOrderAt",
  "createdAt",
  "updatedAt",
];

/** The columns of a file of customers, with one for each of these attributes; what there is besides comes as JSON in the last. */
export function customerColumns(attributes: Iterable<string> = []): readonly string[] {
  return [...OWN_COLUMNS, ...[...attributes].map((name) => `attributes.${name}`), "attributes"];
}

/** A customer as a row that can be read in again: of consent what was said, and each attribute as what it is. */
export function customerRows(columns: ReadonlySet<string> = new Set()): (customer: Customer) => readonly CsvRow[] {
  return ({ name, tags, attributes, consent, ...fields }) => {
    const entries = Object.entries(attributes);
    const others = entries.filter(([attribute]) => !columns.has(attribute));
    const own = entries.filter(([attribute]) => columns.has(attribute));
    return [
      {
        ...fields,
        ...(name === undefined ? {} : { name: { cell: anyTextCell(name) } }),
        tags: { cell: listCell(tags) },
        ...Object.assign({}, ...CHANNELS.map((channel) => consentCells(channel, consent[channel]))),
        ...Object.fromEntries(own.map(([attribute, value]) => [`attributes.${attribute}`, { cell: valueCell(value) }])),
        ...(others.length === 0 ? {} : { attributes: { cell: JSON.stringify(Object.fromEntries(others)) } }),
      },
    ];
  };
}

type Consents = Customer["consent"];

function consentCells(channel: keyof Consents, consent: Consents[keyof Consents]): CsvRow {
  if (consent === undefined || consent.by === "default") return {};
  return {
    [`consent.${channel}`]: consent.state,
    [`consent.${channel}.at`]: consent.at,
    [`consent.${channel}.by`]: consent.by === "record" ? undefined : consent.by,
  };
}
