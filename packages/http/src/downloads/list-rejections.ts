import type { Engine, Page, PageRequest } from "@crm-engine/core";

/** A rejected row; without a number, a remark on those that are not listed. */
export interface ListedRejection {
  readonly row?: number;
  readonly line?: number;
  readonly path: string;
  readonly message: string;
}

/** A batch's rejections, to be read from the first page to the last, which ends with how many were not kept, if any. */
export function listRejections(batches: Engine["batches"], id: string): (page: PageRequest) => Promise<Page<ListedRejection>> {
  let listed = 0;
  return async (request) => {
    const page = await batches.rejections(id, request);
    listed += page.items.length;
    if (page.nextCursor !== null) return page;
    const { rejected, status } = await batches.get(id);
    if (status !== "completed" || rejected <= listed) return page;
    const message = `${rejected - listed} more rows were rejected; of an upload only some 200,000 are listed`;
    return { items: [...page.items, { path: "", message }], nextCursor: null };
  };
}
