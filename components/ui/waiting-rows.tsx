/** What stands in the place of a list before its first answer. */
type Props = {
  /** What is waited for, for those who do not see the rows. */
  what: string;
  rows: number;
};

export function WaitingRows({ what, rows }: Props) {
  return (
    <div className="skeleton">
      <p className="sr-only" role="status">
        {what}
      </p>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alike bars
        <div key={index} className="skeleton-row" />
      ))}
    </div>
  );
}
