import { all, attribute, field, not } from "../../query/language/builder.js";
import { bothWays, people, type RuleRow, type RuleTable, type TableCustomer } from "./rule-table.js";

/** No two are equal, and none is a part of another, folded or not. */
const ODD_TEXTS: readonly string[] = [
  "$name",
  "$$ROOT",
  '{"$ne":1}',
  "' OR 1=1 --",
  '"; DROP TABLE customers',
  "a%b",
  "axxb",
  "a_b",
  "ayb",
  "a\\b",
  "a\\\\%c",
  "\\_d",
  "*e*",
  "?f",
  "[g-h]",
  ".g.",
  "^h$",
  "(i",
  "$[j]",
  "{{k}}",
  "l\nm",
  "m\tn",
  "n\u2028o",
  "𐐀q",
  "👩‍👩‍👧",
  "\uffee",
  "p.q.r",
  "NULL",
  "true",
  "0x10",
  "ﬁ",
  "ǆ",
  "Ω",
  "日本語",
];

/** Attribute names that a query language might take for a path, an operator, a prototype's key or its own quotes. */
const ODD_NAMES: readonly string[] = [
  "plain",
  "a",
  "a.b",
  "a.b.c",
  ".",
  "..",
  "a.",
  ".a",
  "$where",
  "$a.b",
  "a.$b",
  "$",
  "__v",
  "__type",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  'quo"te',
  "o'clock",
  "back\\slash",
  "back`tick",
  "two words",
  "0",
  "1.5",
  "[0]",
  "a[0]",
  "a.0",
  "a:b",
  "?",
  "%",
  "é",
  "e\u0301",
  "😀",
  "id",
  "attributes",
  "attributes.a",
  "-- x",
  "A",
  " a",
  "x'||'y",
  "\n",
  "*",
  "#",
  "@",
  "null",
];

const oddTexts: readonly TableCustomer[] = ODD_TEXTS.map((text, index) => ({
  id: `t${String(index).padStart(2, "0")}`,
  fields: { name: text, tags: ["other", text], attributes: { "x.y": text, list: [text] } },
}));

const anyText: RuleTable = {
  name: "texts that look like operators, wildcards, quotes or patterns are only texts",
  customers: oddTexts,
  rows: ODD_TEXTS.flatMap((text, index): readonly RuleRow[] => {
    const id = `t${String(index).padStart(2, "0")}`;
    const others = oddTexts.map((customer) => customer.id).filter((other) => other !== id);
    return [
      [field("name").eq(text), [id]],
      [field("name").in([text, "nobody"]), [id]],
      [field("name").notIn([text, "nobody"]), others],
      [field("name").contains(text), [id]],
      [field("name").startsWith(text), [id]],
      [field("name").endsWith(text), [id]],
      [field("name").notContains(text), others],
      [attribute("x.y").eq(text), [id]],
      [attribute("x.y").ne(text), others],
      [attribute("x.y").contains(text.toUpperCase()), text.toUpperCase().toLowerCase() === text.toLowerCase() ? [id] : []],
      [field("tags").includesAny([text]), [id]],
      [field("tags").includesAll([text, "other"]), [id]],
      [attribute("list").includesNone([text]), others],
    ];
  }),
};

const oddNames: readonly TableCustomer[] = ODD_NAMES.map((name, index) => ({
  id: `n${String(index).padStart(2, "0")}`,
  fields: { attributes: { [name]: index % 2 === 0 ? "hit" : 7 } },
}));
const listed = people({
  dotted: { attributes: { "a.b": ["x", "y"], "$when.until": "2026-03-29", "yes.no": true } },
  plain: { attributes: { a: ["b", "x"], $when: "2026-03-29", until: "2026-03-29", yes: true, no: true } },
});

const attributeNames: RuleTable = {
  name: "attribute names with dots, $ and quotes are only names",
  customers: [...oddNames, ...listed],
  rows: [
    ...ODD_NAMES.flatMap((name, index): readonly RuleRow[] => {
      const id = `n${String(index).padStart(2, "0")}`;
      const on = attribute(name);
      const isText = index % 2 === 0;
      return [
        [on.eq("hit"), isText ? [id] : []],
        [on.startsWith("HI"), isText ? [id] : []],
        [on.gte(7), isText ? [] : [id]],
        [all(on.exists(), not(on.includesAny(["x", "b"]))), [id]],
        [all(on.notExists(), field("id").eq(id)), []],
      ];
    }),
    [attribute("a.b").includesAll(["x", "y"]), ["dotted"]],
    [attribute("a").includesAny(["x"]), ["plain"]],
    [attribute("$when.until").today(), ["dotted"]],
    [attribute("$when").today(), ["plain"]],
    [attribute("yes.no").isTrue(), ["dotted"]],
    [attribute("missing.a").exists(), []],
  ],
};

const cased = people({
  deseret: { name: "𐐀" },
  dotless: { name: "ışık" },
  dotted: { name: "İpek" },
  eszett: { name: "Straße" },
  lower: { name: "vip" },
  sigma: { name: "ΟΔΟΣ" },
  upper: { name: "VIP" },
});

const folding: RuleTable = {
  name: "text is folded for contains, startsWith and endsWith, and not for eq, ne, in and notIn",
  customers: cased,
  rows: bothWays(cased, [
    [field("name").eq("vip"), ["lower"]],
    [field("name").in(["VIP", "x"]), ["upper"]],
    [field("name").contains("iP"), ["lower", "upper"]],
    [field("name").startsWith("Vi"), ["lower", "upper"]],
    [field("name").endsWith("Ip"), ["lower", "upper"]],
    [field("name").notContains("VI"), ["deseret", "dotless", "dotted", "eszett", "sigma"]],
    [field("name").contains("STRASSE"), []],
    [field("name").contains("STRAßE"), ["eszett"]],
    [field("name").contains("ẞ"), ["eszett"]],
    [field("name").contains("ık"), ["dotless"]],
    [field("name").contains("IK"), []],
    [field("name").startsWith("i̇pek"), ["dotted"]],
    [field("name").startsWith("ipek"), []],
    [field("name").contains("𐐨"), ["deseret"]],
    [field("name").endsWith("Σ"), []],
    [field("name").endsWith("ος"), ["sigma"]],
    [field("name").contains("ΟΔ"), ["sigma"]],
  ]),
};

const composed = people({
  base: { name: "Cafe" },
  nfc: { name: "Caf\u00e9", tags: ["\u00e9"] },
  nfd: { name: "Cafe\u0301", tags: ["e\u0301"] },
  spaced: { name: "Cafe " },
  empty: { name: "" },
});

const normalization: RuleTable = {
  name: "text is normalized to NFC for contains, startsWith and endsWith, and compared as it is for the rest",
  customers: composed,
  rows: bothWays(composed, [
    [field("name").eq("Caf\u00e9"), ["nfc"]],
    [field("name").eq("Cafe\u0301"), ["nfd"]],
    [field("name").eq("Cafe"), ["base"]],
    [field("name").eq(""), ["empty"]],
    [field("name").ne(""), ["base", "nfc", "nfd", "spaced"]],
    [field("name").in(["Cafe ", "Cafe\u0301"]), ["nfd", "spaced"]],
    [field("name").contains("F\u00c9"), ["nfc", "nfd"]],
    [field("name").endsWith("fe\u0301"), ["nfc", "nfd"]],
    [field("name").startsWith("cafe"), ["base", "spaced"]],
    [field("name").endsWith(" "), ["spaced"]],
    [field("name").exists(), ["base", "empty", "nfc", "nfd", "spaced"]],
    [field("tags").includesAny(["\u00e9"]), ["nfc"]],
  ]),
};

export const TABLES_OF_TEXT: readonly RuleTable[] = [anyText, attributeNames, folding, normalization];
