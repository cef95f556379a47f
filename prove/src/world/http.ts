export async function getJson<T>(url: string): Promise<T> {
  return answerOf<T>(url, await fetch(url));
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answerOf<T>(url, await fetch(url, init));
}

async function answerOf<T>(url: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
