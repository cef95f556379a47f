import type { AttributeTypes } from "../../model/attribute.js";
import {
  CONSENT_FIELDS,
  CUSTOMER_FIELDS,
  customerScope,
  type Field,
  type FieldType,
  ITEM_FIELDS,
  ORDER_FIELDS,
  ORDER_SCOPE,
  type Scope,
} from "./fields.js";
import { comparisonsOf, MEASURE_NAMES, MEASURES, MESSAGE_COUNTS } from "./measures.js";
import { MESSAGE_EVENT_NAMES } from "./message-events.js";
import { operatorsFor } from "./operators.js";

/** Everything that a rule can name, with the operators that it takes: what a client needs to offer an editor of rules. */
export interface FieldCatalogue {
  /** Of the customer: its own, `consent.CHANNEL`, and the declared attributes. */
  readonly fields: readonly CatalogueField[];
  /** `attributes.NAME` of an attribute that was not declared: the operator says what it is read as. */
  readonly otherAttributes: Omit<CatalogueField, "name">;
  readonly orders: {
    /** Fields that `where` can name, of the order and of one of its items. */
    readonly fields: readonly CatalogueField[];
    readonly measures: readonly { readonly name: string; readonly type: FieldType; readonly operators: readonly string[] }[];
  };
  readonly messages: { readonly events: readonly string[]; readonly operators: readonly string[] };
}

export interface CatalogueField {
  readonly name: string;
  readonly types: readonly FieldType[];
  readonly operators: readonly string[];
}

/** The catalogue of an engine with these declared attributes. */
export function fieldCatalogue(attributes: AttributeTypes = {}): FieldCatalogue {
  const scope = customerScope({ attributes });
  return {
    fields: named(scope, [
      ...Object.keys(CUSTOMER_FIELDS),
      ...CONSENT_FIELDS,
      ...Object.keys(attributes).map((name) => `attributes.${name}`),
    ]),
    otherAttributes: described(customerScope().fieldNamed("attributes.any")),
    orders: {
      fields: named(ORDER_SCOPE, Object.keys({ ...ORDER_FIELDS, ...ITEM_FIELDS })),
      measures: MEASURE_NAMES.map((name) => ({
        name,
        type: MEASURES[name].type,
        operators: Object.keys(comparisonsOf(name)),
      })),
    },
    messages: { events: MESSAGE_EVENT_NAMES, operators: Object.keys(MESSAGE_COUNTS) },
  };
}

function named(scope: Scope, names: readonly string[]): readonly CatalogueField[] {
  return names.map((name) => ({ name, ...described(scope.fieldNamed(name)) }));
}

function described(field: Field | undefined): Omit<CatalogueField, "name"> {
  return { types: field?.types ?? [], operators: field ? operatorsFor(field) : [] };
}
