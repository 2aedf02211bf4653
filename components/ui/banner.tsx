/** What is wrong at the moment, in one line above what it concerns, with what helps beside it. */
import type { ReactNode } from "react";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";

type Props = {
  /** May hold text of a flow. */
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Of the store, which may trouble every screen at once. */
  ofStore?: boolean;
};

export function Banner({ title, children, action, ofStore }: Props) {
  return (
    <div className="banner" role="status" data-store={ofStore === true ? "" : undefined}>
      <Icon name="warn" size={16} className="c-audit" />
      <p>
        <b>
          <FlowText text={title} />
        </b>{" "}
        <span className="soft">{children}</span>
      </p>
      {action}
    </div>
  );
}
