/** One part of the details: a heading with a note, and what belongs under it. */
import type { ReactNode } from "react";

type Props = { title: string; note?: ReactNode; className?: string; children: ReactNode };

export function Block({ title, note, className = "", children }: Props) {
  return (
    <section className={`src-block ${className}`} aria-label={title}>
      <h3>
        {title}
        {note !== undefined && <span className="block-note">{note}</span>}
      </h3>
      {children}
    </section>
  );
}
