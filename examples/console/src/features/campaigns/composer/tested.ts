/** Which version of a draft a test message was sent of, as far as this tab knows. */
const place = (id: string): string => `crm-tested-${id}`;

export function wasTested(id: string, version: number): boolean {
  return sessionStorage.getItem(place(id)) === String(version);
}

export function noteTest(id: string, version: number): void {
  sessionStorage.setItem(place(id), String(version));
}
