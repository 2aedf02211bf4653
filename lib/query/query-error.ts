/** What is wrong with a query's text: where, in words, and what may stand there instead. */
export type QueryError = {
  /** One sentence for people. */
  message: string;
  /** Offset of the first wrong character, in UTF-16 code units; the text's length for its end. */
  at: number;
  /** How many characters are wrong; 0 where something is missing. */
  length: number;
  /** What may stand there: words or values to offer. */
  expected?: string[];
  /** Text to put in place of the wrong characters. */
  suggestion?: string;
};

/** Longer words are not compared: nobody mistypes one of our names into that. */
const MAX_COMPARED = 40;

/** The candidate most like what was written, ignoring case; null when none is near. */
export function nearest(written: string, candidates: readonly string[]): string | null {
  if (written.length === 0 || written.length > MAX_COMPARED) return null;
  const wanted = written.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== null || wanted.length < 3) return best;
  return candidates.find((candidate) => candidate.toLowerCase().startsWith(wanted)) ?? null;
}

/** Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        cell(last, column - 1) + (same ? 0 : 1),
      );
      const isSwap =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (isSwap) cost = Math.min(cost, cell(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return cell(last, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
