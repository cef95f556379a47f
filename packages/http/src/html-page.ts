/** A small page of our own. Title, body and what else is in its head are trusted. */
export function htmlPage(title: string, body: string, head = ""): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>${title}</title></head>
<body>
${body}
</body></html>
`;
}
