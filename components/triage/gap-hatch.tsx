/** Blocks of a chart of which nothing is known, hatched: a gap is not a zero. */

type Props = {
  /** As `gapBlocks` writes them: `13-14 20-20`. */
  gaps: string;
  /** Width of a block and height of the chart, in the chart's own units. */
  pitch: number;
  height: number;
};

export function GapHatch({ gaps, pitch, height }: Props) {
  if (gaps === "") return null;
  return gaps.split(" ").map((pair) => {
    const [first = 0, last = 0] = pair.split("-").map(Number);
    const width = (last - first + 1) * pitch;
    return (
      <rect key={pair} x={first * pitch} width={width} height={height} fill="url(#hatch-gap)" />
    );
  });
}
