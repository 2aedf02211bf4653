/**
 * Puts things below each other as near as possible to where they would like to be, in their order
 * and without overlaps: the least sum of squared distances, by pooling neighbours that collide.
 */
export type Wish = { y: number; height: number };

/** The tops of the things, in their order. */
export function spread(wishes: readonly Wish[], gap: number): number[] {
  // Shifted by all that stands above, "no overlap" becomes "never decreasing".
  const offsets: number[] = [];
  let offset = 0;
  for (const { height } of wishes) {
    offsets.push(offset);
    offset += height + gap;
  }
  const pools: { sum: number; count: number }[] = [];
  for (const [at, { y }] of wishes.entries()) {
    pools.push({ sum: y - (offsets[at] ?? 0), count: 1 });
    for (;;) {
      const last = pools.at(-1);
      const before = pools.at(-2);
      if (last === undefined || before === undefined) break;
      if (before.sum / before.count <= last.sum / last.count) break;
      before.sum += last.sum;
      before.count += last.count;
      pools.pop();
    }
  }
  const levels = pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
  return levels.map((level, at) => level + (offsets[at] ?? 0));
}
