/** How one field of a flow filter becomes a test. */
import type { Flow } from "@/lib/hubble/generated/flow/flow";

export type FlowTest = (flow: Flow) => boolean;

/** One test for a field that is set, none for one that is not. */
export function anyOf<V, C>(
  values: readonly V[],
  compile: (value: V) => C,
  matches: (compiled: C, flow: Flow) => boolean,
): FlowTest[] {
  if (values.length === 0) return [];
  const compiled = values.map(compile);
  return [(flow) => compiled.some((one) => matches(one, flow))];
}
