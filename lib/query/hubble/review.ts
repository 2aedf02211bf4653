/** What a reader should know about filters, whoever wrote them, before relying on them. */
import { isType } from "./event-types";
import type { Filter, Filters, FilterValue } from "./flow-filter";
import { type Note, note } from "./note";
import { POLICY_REASONS } from "./plain-filters";

const DROP_EVENT = 1;

export function reviewFilters({ allow, deny }: Filters): Note[] {
  return [
    ...[...allow, ...deny].flatMap(uncheckedSubTypes),
    ...namelessOnly(allow),
    ...twinsLeft(allow, deny),
    ...[...allow, ...deny].flatMap(methodsOnList),
    ...openFilters(allow, deny),
  ];
}

function uncheckedSubTypes(filter: Filter): Note[] {
  const types = (filter.event_type ?? []).filter(isType);
  return types
    .filter(({ sub_type = 0, match_sub_type = false }) => sub_type !== 0 && !match_sub_type)
    .map(({ type = 0, sub_type = 0 }) =>
      note(
        "warning",
        "event_type",
        `Hubble looks at sub_type ${sub_type} only beside match_sub_type: true. Without it this matches every event of type ${type}.`,
      ),
    );
}

/** The exporter filter that circulates: it selects the event that never carries a name. */
function namelessOnly(allow: readonly Filter[]): Note[] {
  const isNameless = (filter: Filter) => {
    const types = (filter.event_type ?? []).filter(isType);
    return types.length > 0 && types.every(({ type }) => type === DROP_EVENT);
  };
  if (allow.length === 0 || !allow.every(isNameless)) return [];
  return [
    note(
      "warning",
      "event_type",
      "Drop events (type 1) never name a policy and never carry a tag; the policy verdict (type 5) of the same packet does. Select type 5 for policies, and type 129 for layer 7.",
    ),
  ];
}

const ON_VERDICTS = /_flow\s*\.\s*(policy_log|egress_denied_by|ingress_denied_by)\b/;

function twinsLeft(allow: readonly Filter[], deny: readonly Filter[]): Note[] {
  const excludes = deny.some(({ cel_expression = [] }) =>
    cel_expression.some((text) => ON_VERDICTS.test(String(text))),
  );
  const isHandled = deny.some(isTwinFilter) || (allow.length > 0 && allow.every(hasNoDropEvents));
  if (!excludes || isHandled) return [];
  return [
    note(
      "warning",
      "policy_log",
      `Tags and policies stand only on the policy verdict (type 5). The drop event (type 1) of the same packet has none and still comes through. Exclude it as well: --denylist '${JSON.stringify(TWIN_FILTER)}'.`,
    ),
  ];
}

/** Excludes the drop events that have a verdict beside them, and no other drops. */
export const TWIN_FILTER: Filter = {
  event_type: [{ type: DROP_EVENT }],
  drop_reason_desc: [...POLICY_REASONS],
};

export function isTwinFilter(filter: Filter): boolean {
  const types = (filter.event_type ?? []).filter(isType);
  const reasons = filter.drop_reason_desc;
  const isOnly = Object.keys(filter).every(
    (key) => key === "event_type" || key === "drop_reason_desc",
  );
  const isDrop = types.length === 1 && types[0]?.type === DROP_EVENT && !types[0].match_sub_type;
  return isOnly && isDrop && (reasons === undefined || sameReasons(reasons));
}

function sameReasons(reasons: readonly FilterValue[]): boolean {
  return (
    reasons.length === POLICY_REASONS.length &&
    POLICY_REASONS.every((reason) => reasons.includes(reason))
  );
}

/** Whether the filter lets no drop event pass that has a verdict beside it. */
export function hasNoDropEvents(filter: Filter): boolean {
  const types = (filter.event_type ?? []).filter(isType);
  if (types.length > 0 && types.every(({ type }) => type !== DROP_EVENT && type !== 0)) return true;
  const verdicts = filter.verdict ?? [];
  if (verdicts.length > 0 && verdicts.every((verdict) => verdict === "AUDIT")) return true;
  return (
    (filter.cel_expression ?? []).some((text) => !String(text).includes("!")) &&
    (filter.cel_expression ?? []).every(
      (text) => /^[^!]*$/.test(String(text)) && ON_VERDICTS.test(String(text)),
    )
  );
}

const ON_LIST =
  /_flow\s*\.\s*policy_log\s*\.\s*(endsWith|startsWith|contains|matches)\s*\(\s*('[^']*'|"[^"]*")?/;

function methodsOnList(filter: Filter): Note[] {
  return (filter.cel_expression ?? []).flatMap((text) => {
    const match = ON_LIST.exec(String(text));
    if (match === null) return [];
    const working = `_flow.policy_log.exists(x, x.${match[1]}(${match[2] ?? "'…'"}))`;
    return [
      note(
        "warning",
        String(text),
        `Hubble refuses ${match[1]} on policy_log, because it is a list; --print-raw-filters does not notice. This works: ${working}`,
      ),
    ];
  });
}

function openFilters(allow: readonly Filter[], deny: readonly Filter[]): Note[] {
  const isOpen = (filter: Filter) => Object.keys(filter).length === 0;
  return [
    ...(deny.some(isOpen)
      ? [note("warning", "{}", "An empty filter in the denylist hides every flow.")]
      : []),
    ...(allow.length > 1 && allow.some(isOpen)
      ? [note("warning", "{}", "An empty filter in the allowlist makes the others pointless.")]
      : []),
  ];
}
