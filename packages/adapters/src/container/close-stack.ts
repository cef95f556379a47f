interface Closable {
  close(): Promise<void>;
}

export interface CloseStack {
  /** Puts it on top and returns it. */
  add<T extends Closable>(part: T): T;
  /** Closes all, last opened first, even where one fails; then throws the first failure. Idempotent. */
  close(): Promise<void>;
}

export function closeStack(): CloseStack {
  const parts: Closable[] = [];
  let closing: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      await part.close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };

  return {
    add: (part) => {
      parts.push(part);
      return part;
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
