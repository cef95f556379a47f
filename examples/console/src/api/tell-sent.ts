type Fetch = (url: string, init: RequestInit) => Promise<Response>;
type Report = (sentBytes: number) => void;

const REPORTS = new WeakMap<Blob, Report>();

/** Tells, while the body is sent, how much of it has gone. */
export function watchSending(body: Blob, report: Report): void {
  REPORTS.set(body, report);
}

/** `fetch` can't say how far an upload has come; a watched body goes by XMLHttpRequest, which can, and reads a file as it goes. */
export function tellSent(fetch: Fetch): Fetch {
  return (url, init) => {
    const report = init.body instanceof Blob ? REPORTS.get(init.body) : undefined;
    return report === undefined ? fetch(url, init) : send(url, init, report);
  };
}

function send(url: string, { method = "POST", headers, body, signal }: RequestInit, report: Report): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const settle = (settled: () => void) => {
      signal?.removeEventListener("abort", stop);
      settled();
    };
    request.open(method, url);
    for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => report(loaded);
    request.onload = () => settle(() => resolve(responseOf(request)));
    request.onerror = () => settle(() => reject(new TypeError("the line was cut")));
    request.onabort = () => settle(() => reject(signal?.reason ?? new DOMException("Stopped", "AbortError")));
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    report(0);
    request.send(body as Blob);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return new Response(request.responseText, { status: request.status, headers });
}
