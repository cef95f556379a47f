import type { QueryOptions } from "@crm-engine/core/ports";
import type { Scope } from "./scope.js";

/** What a thread of the file runs. Arguments and result cross as copies. */
export type Operation = (scope: Scope, ...args: never[]) => unknown;
type Table = Readonly<Record<string, Operation>>;

/** The operations of a noun, under the names of its port's methods, by the way in which they run. */
export interface Operations {
  /** On the reader's thread: short, since others wait for it. */
  readonly reads?: Table;
  /** On a thread for reads that may take long. The port's method takes a signal besides, at which the statement ends. */
  readonly scans?: Table;
  /** On the writer's thread, in one transaction. */
  readonly writes?: Table;
  /** Writes of a list of any length, in transactions of some items each. Their results (lists, maps or nothing) are joined. */
  readonly chunked?: Table;
  /** Short reads on the writer's thread, outside of its transactions, where no long read is in their way. */
  readonly peeks?: Table;
  /** Methods that are made of several operations, which need not be methods themselves. */
  readonly composed?: Composed;
}

interface Composed {
  readonly steps: Operations;
  /** Given the steps as callers have them. */
  methods(steps: never): object;
}

type OperationFor<F> = F extends (...args: infer A) => Promise<infer R> ? (scope: Scope, ...args: A) => R : never;
type ScanFor<F> = F extends (...args: infer A) => Promise<infer R>
  ? Required<A> extends readonly [...infer B, QueryOptions]
    ? (scope: Scope, ...args: B) => R
    : never
  : never;

/** Operations that are methods of a port, each as the port has it. */
export interface OperationsOf<P> extends Pick<Operations, "composed"> {
  readonly reads?: { readonly [M in keyof P]?: OperationFor<P[M]> };
  readonly scans?: { readonly [M in keyof P]?: ScanFor<P[M]> };
  readonly writes?: { readonly [M in keyof P]?: OperationFor<P[M]> };
  readonly chunked?: { readonly [M in keyof P]?: OperationFor<P[M]> };
}

type MethodFor<O> = O extends (scope: Scope, ...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
type ScanMethodFor<O> = O extends (scope: Scope, ...args: infer A) => infer R
  ? (...args: [...A, options?: QueryOptions]) => Promise<R>
  : never;
type Methods<T> = { readonly [M in keyof T]: MethodFor<T[M]> };

/** The port that operations make. */
export type PortOf<O extends Operations> = (O extends { readonly reads: infer T } ? Methods<T> : unknown) &
  (O extends { readonly scans: infer T } ? { readonly [M in keyof T]: ScanMethodFor<T[M]> } : unknown) &
  (O extends { readonly writes: infer T } ? Methods<T> : unknown) &
  (O extends { readonly chunked: infer T } ? Methods<T> : unknown) &
  (O extends { readonly peeks: infer T } ? Methods<T> : unknown) &
  (O extends { readonly composed: { methods(steps: never): infer T } } ? T : unknown);
