"use client";
/** Expectations that cannot be read or asked: they hide nothing, and every screen says so. */
import { useExpectations } from "@/components/expectations/use-expectations";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";

export function ExpectationProblems() {
  const { data } = useExpectations();
  return (data?.problems ?? []).map((problem) => (
    <div key={problem} className="banner" role="status">
      <Icon name="warn" size={16} className="c-audit" />
      <p>
        <FlowText text={problem} /> <span className="soft">What it would hide is shown.</span>
      </p>
    </div>
  ));
}
