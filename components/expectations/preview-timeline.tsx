/** Attempts that would be hidden over the last 24 hours, hatched as all that is expected. */
import { formatExact } from "@/components/ui/number-text";
import type { Preview } from "@/lib/expectations/view";

const WIDTH = 360;
const HEIGHT = 44;

export function PreviewTimeline({ preview }: { preview: Preview }) {
  const { timeline } = preview;
  const most = Math.max(1, ...timeline);
  const step = WIDTH / Math.max(1, timeline.length);
  const peak = formatExact(Math.max(0, ...timeline));
  return (
    <figure className="preview-timeline">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Attempts over the last 24 hours, at most ${peak} in one of ${timeline.length} parts`}
      >
        {timeline.map((attempts, index) => {
          const height = attempts === 0 ? 0 : Math.max(2, (attempts / most) * (HEIGHT - 2));
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of time, in order
              key={index}
              x={index * step}
              y={HEIGHT - height}
              width={Math.max(0.5, step - 1)}
              height={height}
            />
          );
        })}
      </svg>
      <figcaption className="dim">
        <span>24 h ago</span>
        <span>at most {peak} attempts a bar</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
