/** The shape of the screen before its first answer. */
export function Skeleton() {
  return (
    <div className="skeleton" role="status">
      <span className="sr-only">Loading the view</span>
      <div className="skeleton-chart" />
      {Array.from({ length: 14 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alike bars
        <div key={index} className="skeleton-row" />
      ))}
    </div>
  );
}
