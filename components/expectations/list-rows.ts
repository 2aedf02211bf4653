/** Which expectations the list shows and in which order. Pure. */
import type { ExpectedSort, ExpectedUrl } from "@/components/expectations/expected-url";
import type { ExpectationRow } from "@/lib/expectations/view";

export function listRows(
  rows: readonly ExpectationRow[],
  url: Pick<ExpectedUrl, "text" | "state" | "author" | "sort">,
): ExpectationRow[] {
  const words = url.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows
    .filter((row) => isInState(row, url.state) && hasAuthor(row, url.author))
    .filter((row) => {
      const all = [row.reason, row.query, row.author, row.ticket, row.id, row.file ?? ""];
      const text = all.join("\n").toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort(ORDERS[url.sort]);
}

/** Authors there are, for the filter. */
export function authorsOf(rows: readonly ExpectationRow[]): string[] {
  return [...new Set(rows.map(({ author }) => author))].filter((name) => name !== "").sort();
}

function isInState(row: ExpectationRow, state: ExpectedUrl["state"]): boolean {
  if (state === "all") return true;
  return state === "current" ? row.revokedAt === null : row.states.includes(state);
}

function hasAuthor(row: ExpectationRow, author: string): boolean {
  return author === "" || row.author === author;
}

type Order = (a: ExpectationRow, b: ExpectationRow) => number;

/** What asks for a person comes first, whatever the order. */
const byNeed: Order = (a, b) => need(a) - need(b);

function need({ states }: ExpectationRow): number {
  return states.includes("surging") || states.includes("new") ? 0 : 1;
}

const ends = ({ expiresAt }: ExpectationRow) =>
  expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
const last = ({ lastMatch }: ExpectationRow) => (lastMatch === null ? 0 : Date.parse(lastMatch));

/** Infinity less Infinity is no number. */
const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

const ORDERS: Record<ExpectedSort, Order> = {
  end: (a, b) => byNeed(a, b) || compare(ends(a), ends(b)),
  hits: (a, b) => compare(b.hits.day.drops, a.hits.day.drops),
  last: (a, b) => compare(last(b), last(a)),
  created: (a, b) => compare(Date.parse(b.createdAt), Date.parse(a.createdAt)),
  author: (a, b) => a.author.localeCompare(b.author) || compare(ends(a), ends(b)),
};

export const SORT_WORDS: Record<ExpectedSort, string> = {
  end: "what ends first",
  hits: "most hits today",
  last: "last match",
  created: "newest",
  author: "author",
};
