// Asks caniemail which mail programs show less of each page than it asks for.
import { caniemail } from "caniemail";
import { answer } from "./io.mjs";

function gaps(entries) {
  const found = {};
  for (const [client, issues] of entries) {
    for (const issue of issues) (found[issue.title] ??= new Set()).add(client);
  }
  return Object.fromEntries(Object.entries(found).map(([title, clients]) => [title, [...clients].sort()]));
}

await answer(({ pages, clients }) =>
  pages.map((html) => {
    const { issues } = caniemail({ clients, html });
    return { none: gaps(issues.errors), partial: gaps(issues.warnings) };
  }),
);
