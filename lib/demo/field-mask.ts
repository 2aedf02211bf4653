/**
 * Field masks of `GetFlows`: paths relative to a flow, in the spelling of the .proto. They are
 * applied after the filters.
 */

import { type FieldRow, MESSAGES } from "@/lib/hubble/generated/fields";
import { Flow } from "@/lib/hubble/generated/flow/flow";
import { FilterError } from "./filter-error";

export type FlowMask = (flow: Flow) => Flow;

/** Throws a `FilterError` for a path that names no field. No paths: flows stay whole. */
export function compileMask(paths: readonly string[]): FlowMask {
  if (paths.length === 0) return (flow) => flow;
  for (const path of paths) requirePath(path);
  const split = paths.map((path) => path.split("."));
  return (flow) => Flow.fromPartial(pick(flow, split) as Partial<Flow>);
}

function requirePath(path: string): void {
  let message = "flow.Flow";
  for (const name of path.split(".")) {
    const row: FieldRow | undefined = MESSAGES[message]?.find(([field]) => field === name);
    if (!row) throw new FilterError(`invalid field mask: no field "${path}" in flow.Flow`);
    // Nothing lies below a list or a plain value.
    message = row[2] === "message" && row[4] === 0 ? row[3] : "";
  }
}

/** The named parts of a message; what is named but unset stays unset. */
function pick(message: object, paths: readonly (readonly string[])[]): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const fields = message as Readonly<Record<string, unknown>>;
  for (const name of new Set(paths.map(([first = ""]) => first))) {
    const inner = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    const value = fields[name];
    const whole = inner.some((rest) => rest.length === 0) || typeof value !== "object";
    kept[name] = whole || value === null ? value : pick(value as object, inner);
  }
  return kept;
}
