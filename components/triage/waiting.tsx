/** What stands there before the first answer: the shape of the screen, or why nothing was asked. */
import { Icon } from "@/components/ui/icon";

/** `asked`: the query could be understood, so an answer is on its way. */
export function Waiting({ asked }: { asked: boolean }) {
  if (!asked) {
    return (
      <main className="empty">
        <Icon name="search" size={30} className="dim" />
        <h2>This query cannot be understood</h2>
        <p>Nothing was asked. The place is marked above; press Enter there when it is mended.</p>
      </main>
    );
  }
  return (
    <main className="skeleton">
      <p className="sr-only" role="status">
        Loading the view
      </p>
      <div className="skeleton-chart" />
      {Array.from({ length: 14 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alike bars
        <div key={index} className="skeleton-row" />
      ))}
    </main>
  );
}
