/** Lines that are not JSON as a whole: what a container runtime puts before one, and log lines. */

/** containerd and CRI-O: `2026-11-21T07:00:00.123456789Z stdout F …`; `P` marks a part. */
export const RUNTIME_PREFIX =
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d) (stdout|stderr) ([FP])(?::\S*)? /;

export function withoutRuntimePrefix(text: string): string {
  const isTime = text.charCodeAt(0) <= 0x39;
  const prefix = isTime ? RUNTIME_PREFIX.exec(text) : null;
  return prefix === null ? text : text.slice(prefix[0].length).trim();
}

const HINT =
  /\\?"(flow|lost_events|lostEvents|node_status|agent_event|debug_event|verdict)\\?"\s*:/;
const LOG_LINE = /^(time=|level=|ts=|[IWEF]\d{4} \d\d:)|(^|\s)level=\w+/;

/** A log line of the agent, as text, with no record of Hubble's anywhere in it. */
export function hasNoRecord(text: string): boolean {
  return text.charCodeAt(0) !== 0x7b && LOG_LINE.test(text) && !HINT.test(text);
}

/** The top-level `{…}` of a text, in order; one that has no end is left out. */
export function objectsIn(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE && depth > 0) isQuoted = true;
    else if (code === OPEN) {
      if (depth === 0) start = at;
      depth += 1;
    } else if (code === CLOSE && depth > 0) {
      depth -= 1;
      if (depth === 0) objects.push(text.slice(start, at + 1));
    }
  }
  return objects;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;
