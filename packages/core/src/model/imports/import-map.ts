/**
 * From the columns of somebody's file to our fields, by target. Customers: `id`, `email`, `phone`, `name`, `timeZone`, `tags`, `visitCount`,
 * `lastVisitAt`, `consent.CHANNEL`, `attributes.NAME`. Orders: the targets of an order line. It is plain JSON, and read by
 * `@crm-engine/files`; the engine keeps it.
 */
export type ImportMap = { readonly [target: string]: MapEntry };

/** A column's name, or how one or several columns are read, or a constant. */
export type MapEntry = string | MappedColumn;

export interface MappedColumn {
  readonly column?: string | undefined;
  /** Their cells are joined, those that say something; lists are put one after the other. */
  readonly columns?: readonly string[] | undefined;
  /** The same for every row, in place of a column. */
  readonly value?: string | number | boolean | readonly string[] | undefined;
  /** A file may lack the column. */
  readonly optional?: boolean | undefined;
  /** What stands between joined cells; a space. */
  readonly join?: string | undefined;
  /** Of several columns, the first whose cell says something. */
  readonly take?: "first" | undefined;
  /** What stands between entries of a list; `;`, or a JSON array. An entry may be in double quotes. */
  readonly separator?: string | undefined;
  /** Of dates: Day.js tokens, the first that fits. Of text: `integer` (`17.0` is `17`) or `verbatim`. Of numbers: `json`. */
  readonly format?: string | readonly string[] | undefined;
  /** Of dates that have no offset; the engine's. */
  readonly zone?: string | undefined;
  /** The decimal sign. Where none is given, a number that can be read in two ways is refused. */
  readonly decimal?: "." | "," | undefined;
  /** Of money: a column to be taken off, such as what was refunded of an amount. */
  readonly minus?: string | undefined;
  /** Of an item's quantity: the cells of a line that has no item. */
  readonly none?: readonly string[] | undefined;
  /** What a cell means, by the cell in any case; `C*` is one that begins with C, `*` any other. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** Of an attribute; the engine's own reading of the column, where none is given. */
  readonly type?: MappedType | undefined;
  /** The cells that mean yes, and no, of a boolean. */
  readonly true?: readonly string[] | undefined;
  readonly false?: readonly string[] | undefined;
  /** An empty cell clears the field; else it says nothing. */
  readonly empty?: "clear" | undefined;
  /** Of a consent: the cells that mean each, in any case; `*` is any other, and an empty text an empty cell. */
  readonly subscribed?: readonly string[] | undefined;
  readonly unsubscribed?: readonly string[] | undefined;
  readonly bounced?: readonly string[] | undefined;
  readonly complained?: readonly string[] | undefined;
  /** Cells that say nothing of the consent. */
  readonly unknown?: readonly string[] | undefined;
  /** Of a consent: since when. */
  readonly at?: string | DateFormat | undefined;
}

export interface DateFormat {
  readonly column: string;
  readonly optional?: boolean | undefined;
  readonly format?: string | readonly string[] | undefined;
  readonly zone?: string | undefined;
}

export const MAPPED_TYPES = ["string", "number", "money", "percent", "boolean", "date", "array"] as const;
export type MappedType = (typeof MAPPED_TYPES)[number];

/** What a cell may say of a consent. */
export const CONSENT_WORDS = ["subscribed", "unsubscribed", "bounced", "complained"] as const;
export type ConsentWord = (typeof CONSENT_WORDS)[number];
