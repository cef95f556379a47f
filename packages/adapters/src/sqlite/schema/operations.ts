import type { QueryOptions } from "@crm-engine/core/ports";
import type { Scope } from "./scope.js";

/** What a thread runs. Arguments and result are copied between threads. */
export type Operation = (scope: Scope, ...args: never[]) => unknown;
type Table = Readonly<Record<string, Operation>>;

/** A noun's operations under the names of its port's methods, grouped by how they run. */
export interface Operations {
  /** On the reader's thread. Short: other reads wait for it. */
  readonly reads?: Table;
  /** On a thread of their own, since they may take long. The port's method takes a signal too, which interrupts the statement. */
  readonly scans?: Table;
  /** Scans of everything there is, on another thread of their own, so that the others need not wait for them. */
  readonly surveys?: Table;
  /** On the writer's thread, in one transaction. */
  readonly writes?: Table;
  /** Writes of a list of any length, in transactions of limited size. The results (lists, maps or nothing) are joined. */
  readonly chunked?: Table;
  /** On the writer's thread, outside of its transactions: short reads, so that no long read delays them, and what no transaction can do. */
  readonly peeks?: Table;
  /** Methods that take several operations. */
  readonly composed?: Composed;
}

interface Composed {
  /** The operations; they are no methods of the port themselves. */
  readonly steps: Operations;
  /** The methods, given the steps as functions that run on the threads. */
  methods(steps: never): object;
}

type OperationFor<F> = F extends (...args: infer A) => Promise<infer R> ? (scope: Scope, ...args: A) => R : never;
type ScanFor<F> = F extends (...args: infer A) => Promise<infer R>
  ? Required<A> extends readonly [...infer B, QueryOptions]
    ? (scope: Scope, ...args: B) => R
    : never
  : never;

/** Operations whose arguments and results are those of a port's methods. */
export interface OperationsOf<P> extends Pick<Operations, "composed"> {
  readonly reads?: { readonly [M in keyof P]?: OperationFor<P[M]> };
  readonly scans?: { readonly [M in keyof P]?: ScanFor<P[M]> };
  readonly surveys?: { readonly [M in keyof P]?: ScanFor<P[M]> };
  readonly writes?: { readonly [M in keyof P]?: OperationFor<P[M]> };
  readonly chunked?: { readonly [M in keyof P]?: OperationFor<P[M]> };
  readonly peeks?: { readonly [M in keyof P]?: OperationFor<P[M]> };
}

type MethodFor<O> = O extends (scope: Scope, ...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
type ScanMethodFor<O> = O extends (scope: Scope, ...args: infer A) => infer R
  ? (...args: [...A, options?: QueryOptions]) => Promise<R>
  : never;
/** What results of chunks are joined to. */
type Joined<R> = R extends readonly unknown[] | ReadonlyMap<unknown, unknown> ? R : undefined;
type ChunkedMethodFor<O> = O extends (scope: Scope, items: infer I) => infer R ? (items: I) => Promise<Joined<R>> : never;
type Methods<T> = { readonly [M in keyof T]: MethodFor<T[M]> };

/** The methods that run these operations on the threads. */
export type PortOf<O extends Operations> = (O extends { readonly reads: infer T } ? Methods<T> : unknown) &
  (O extends { readonly scans: infer T } ? { readonly [M in keyof T]: ScanMethodFor<T[M]> } : unknown) &
  (O extends { readonly surveys: infer T } ? { readonly [M in keyof T]: ScanMethodFor<T[M]> } : unknown) &
  (O extends { readonly writes: infer T } ? Methods<T> : unknown) &
  (O extends { readonly chunked: infer T } ? { readonly [M in keyof T]: ChunkedMethodFor<T[M]> } : unknown) &
  (O extends { readonly peeks: infer T } ? Methods<T> : unknown) &
  (O extends { readonly composed: { methods(steps: never): infer T } } ? T : unknown);
