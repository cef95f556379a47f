/** Links that carry their own permission, for whoever can't send a key. */
export interface DownloadsApi {
  /** A token that stands for the path, once and for 60 s, in every process of the store. Nobody can make one up. */
  allow(path: string): Promise<string>;
  /** The path, for the first of all callers in all processes who has its token in time; undefined for everybody else. */
  take(token: string): Promise<string | undefined>;
}
