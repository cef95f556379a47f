import type { Operation, Operations } from "../schema/operations.js";
import type { Request } from "./protocol.js";

export type OperationTables = { readonly [K in Request["kind"]]: ReadonlyMap<string, Operation> };

/** The operations of a thread by kind of request and by `noun.name`. */
export function operationTables(nouns: Readonly<Record<string, Operations>>): OperationTables {
  const all = Object.entries(nouns).flatMap(([noun, operations]) =>
    [operations, operations.composed?.steps ?? {}].map((some) => [noun, some] as const),
  );
  const named = (tablesOf: (operations: Operations) => readonly Operations["reads"][]) =>
    new Map(
      all.flatMap(([noun, operations]) =>
        tablesOf(operations)
          .flatMap((table) => Object.entries(table ?? {}))
          .map(([name, operation]) => [`${noun}.${name}`, operation] as const),
      ),
    );
  return {
    read: named(({ reads, scans, surveys }) => [reads, scans, surveys]),
    write: named(({ writes, chunked }) => [writes, chunked]),
    peek: named(({ peeks }) => [peeks]),
  };
}
