/** Characters that are copied or compared in one step. */
const CHARACTERS_A_STEP = 64;
const MAX_NESTING = 100;
const MAX_DATE_FORMAT_LENGTH = 200;
const MAX_PROPERTY_LENGTH = 1_000;
/** For one part of a date: the names of days and months are looked up anew each time. */
const DATE_PART_STEPS = 600;

type Cost = (value: unknown, args: readonly unknown[]) => number;

const sorting: Cost = (value) => 2 * sizeOf(value) * Math.log2(1 + sizeOf(value));
/** As for the worst text: each of its characters is compared with each that is sought. */
const searching: Cost = (value, [sought]) => (charactersOf(value) * charactersOf(sought)) / CHARACTERS_A_STEP;
const dating: Cost = () => 6 * DATE_PART_STEPS;
const formatting: Cost = (_, [format]) => {
  const text = String(format ?? "");
  if (text.length <= MAX_DATE_FORMAT_LENGTH) return text.split("%").length * DATE_PART_STEPS;
  throw new RangeError(`a date's format has at most ${MAX_DATE_FORMAT_LENGTH} characters`);
};
/** A property's name is parsed, which needs as much of the call stack as it has brackets. */
const reading: Cost = (_, [property]) => {
  if (charactersOf(property) <= MAX_PROPERTY_LENGTH) return 0;
  throw new RangeError(`a property's name has at most ${MAX_PROPERTY_LENGTH} characters`);
};

/** What filters cost beyond the size of what they are given. */
const COSTS: ReadonlyMap<string, Cost> = new Map(
  [
    { cost: sorting, names: ["sort", "sort_natural"] },
    { cost: searching, names: ["contains", "split", "remove", "remove_first", "remove_last"] },
    { cost: searching, names: ["replace", "replace_first", "replace_last"] },
    { cost: dating, names: ["date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"] },
    { cost: formatting, names: ["date"] },
    { cost: reading, names: ["where", "reject", "group_by", "has", "find", "find_index"] },
  ].flatMap(({ cost, names }) => names.map((name) => [name, cost] as const)),
);

/** The steps of a filter or an operator, before it is run. Throws for what it may not be given. */
export function costOf(name: string, value: unknown, args: readonly unknown[]): number {
  const size = args.reduce<number>((sum, argument) => sum + sizeOf(argument), sizeOf(value));
  return size + (COSTS.get(name)?.(value, args) ?? 0);
}

interface Extent {
  readonly size: number;
  readonly depth: number;
}

const FLAT: Extent = { size: 1, depth: 0 };
const extents = new WeakMap<object, Extent>();

/**
 * Steps for reading a value through, lists in lists written out as often as they occur: a list that holds itself twice, over and
 * over, is short and endless. Throws where it is nested too deeply to be written at all.
 */
export function sizeOf(value: unknown): number {
  return typeof value === "string" ? 1 + value.length / CHARACTERS_A_STEP : extentOf(value, MAX_NESTING).size;
}

function extentOf(value: unknown, levels: number): Extent {
  if (typeof value === "string") return { size: sizeOf(value), depth: 0 };
  if (!isNested(value)) return FLAT;
  const known = extents.get(value);
  if ((known?.depth ?? 0) >= levels) throw new RangeError("a list is nested too deeply");
  if (known) return known;
  let [size, depth] = [1, 1];
  for (const entry of Object.values(value)) {
    const inner = extentOf(entry, levels - 1);
    size += inner.size;
    depth = Math.max(depth, 1 + inner.depth);
  }
  const extent = { size, depth };
  extents.set(value, extent);
  return extent;
}

/** Lists, and the groups of `group_by`: no filter looks into any other object. */
function isNested(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function charactersOf(value: unknown): number {
  return typeof value === "string" ? value.length : CHARACTERS_A_STEP * sizeOf(value);
}
