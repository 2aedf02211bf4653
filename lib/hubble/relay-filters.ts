/** Flow filters that a person wrote as JSON, and the request that follows from them. */
import { EVENT_L7 } from "@/lib/drops/flow";
import { type FlowFilter, Verdict } from "./generated/flow/flow";
import { GetFlowsRequest } from "./generated/observer/observer";
import { JsonShapeError, messageFromJson } from "./read-json";
import { timestampOfMs } from "./timestamp";

/** What Droplens is about; other verdicts are never asked for. */
const VERDICTS: readonly Verdict[] = [Verdict.DROPPED, Verdict.AUDIT];

export type ParsedFilters = { filters: FlowFilter[] } | { problem: string };

/**
 * Reads FlowFilters as `--allowlist` of the Hubble command line takes them: one or several JSON
 * objects one after another, or a list. An unknown key or name is a problem, because Relay would
 * read the filter without it and match more than was meant.
 */
export function parseFlowFilters(text: string): ParsedFilters {
  try {
    const filters = jsonValues(text).map((json) =>
      messageFromJson("flow.FlowFilter", json, { strict: true }),
    );
    return { filters };
  } catch (error) {
    if (error instanceof JsonShapeError) return { problem: error.message };
    return { problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * Asks for everything since a time and then on. Each allow filter is narrowed to our verdicts; one
 * that asks for none of them can match nothing here and is left out, as long as others remain.
 */
export function flowsRequest(
  sinceMs: number | null,
  { allow = [], deny = [], dnsAnswers = false }: FlowsWanted,
): GetFlowsRequest {
  return GetFlowsRequest.fromPartial({
    follow: true,
    since: timestampOfMs(sinceMs ?? 0),
    whitelist: [...whitelistOf(allow), ...(dnsAnswers ? [DNS_ANSWERS] : [])],
    blacklist: [...deny],
  });
}

export type FlowsWanted = {
  allow?: readonly FlowFilter[];
  deny?: readonly FlowFilter[];
  /** Asks for answers of DNS besides, which say what addresses are called; `allow` is not for them. */
  dnsAnswers?: boolean;
};

/** Records of the DNS proxy (event type 129) that are replies. They are forwarded, not dropped. */
const DNS_ANSWERS: Parameters<typeof FlowFilter.fromPartial>[0] = {
  event_type: [{ type: EVENT_L7 }],
  protocol: ["dns"],
  reply: [true],
};

function whitelistOf(allow: readonly FlowFilter[]): { verdict: Verdict[] }[] {
  if (allow.length === 0) return [{ verdict: [...VERDICTS] }];
  const narrowed = allow.map((filter) => ({
    ...filter,
    verdict: VERDICTS.filter(
      (verdict) => filter.verdict.length === 0 || filter.verdict.includes(verdict),
    ),
  }));
  const useful = narrowed.filter((filter) => filter.verdict.length > 0);
  // An empty whitelist would let every flow pass.
  return useful.length > 0 ? useful : [{ verdict: [Verdict.VERDICT_UNKNOWN] }];
}

/** JSON values that stand one after another, with spaces, commas or nothing between them. */
function jsonValues(text: string): unknown[] {
  const values: unknown[] = [];
  for (const piece of pieces(text)) {
    const value: unknown = JSON.parse(piece);
    if (Array.isArray(value)) values.push(...value);
    else values.push(value);
  }
  return values;
}

function pieces(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quoted) {
      if (character === "\\") i += 1;
      else if (character === '"') quoted = false;
      continue;
    }
    if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth > 0) continue;
      found.push(text.slice(start, i + 1).replace(/^[\s,]+/, ""));
      start = i + 1;
    }
  }
  const rest = text.slice(start).replace(/^[\s,]+|[\s,]+$/g, "");
  return rest === "" ? found : [...found, rest];
}
