/** What stands in the place of a list that could not be read: why, what it means, and another try. */
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

type Props = { title: string; children: ReactNode; retry: () => void };

export function NotRead({ title, children, retry }: Props) {
  return (
    <div className="empty" role="alert">
      <Icon name="warn" size={30} className="c-audit" />
      <h2>{title}</h2>
      <p>{children}</p>
      <button type="button" className="btn" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
