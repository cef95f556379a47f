import type { Store } from "../../ports/index.js";

/** A store that breaks one guarantee, and the cases that must notice: each by a part of its name. */
export interface StoreSabotage {
  readonly breaks: string;
  readonly noticedBy: readonly string[];
  /** Called once for a case: what it makes wraps each handle, and shares its state among them. */
  readonly sabotage: () => (store: Store) => Store;
}

export type Areas = { readonly [K in keyof Store]?: Partial<Store[K]> };

/** Replaces some members of some areas. */
function breaking(change: (store: Store) => Areas): (store: Store) => Store {
  return (store) => {
    const changed = change(store);
    const areas = Object.entries(changed).map(([name, members]) => [name, { ...store[name as keyof Store], ...members }]);
    return { ...store, ...Object.fromEntries(areas) };
  };
}

/** A sabotage without state. */
export function stateless(breaks: string, noticedBy: readonly string[], change: (store: Store) => Areas): StoreSabotage {
  return { breaks, noticedBy, sabotage: () => breaking(change) };
}

/** A sabotage with state that all handles share. */
export function stateful<S>(
  breaks: string,
  noticedBy: readonly string[],
  start: () => S,
  change: (store: Store, state: S) => Areas,
): StoreSabotage {
  return {
    breaks,
    noticedBy,
    sabotage: () => {
      const state = start();
      return breaking((store) => change(store, state));
    },
  };
}
