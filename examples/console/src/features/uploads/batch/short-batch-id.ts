/** What stands for an upload where there is little room; a single object's says its kind first. */
export function shortBatchId(id: string): string {
  return id.replace(/^single-(customers|orders)-/, "").slice(0, 8);
}
