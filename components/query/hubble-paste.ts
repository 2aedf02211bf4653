/** Tells text that was meant for Hubble from a query, and makes one line of what is pasted. */

const COMMAND = /^\s*(?:\$\s*)?(?:[\w./-]*\/)?hubble\s+(?:observe|list)\b/;
/** Hubble's names of filters, as JSON or YAML has them. */
const FILTER_KEY =
  /(?:^|[\s{,[-])"?(?:allowlist|denylist|allowList|denyList|includeFilters|excludeFilters|whitelist|blacklist|flowlogs|flowLogs|source_pod|destination_pod|source_label|destination_label|source_ip|destination_ip|source_fqdn|destination_fqdn|source_identity|destination_identity|source_port|destination_port|source_workload|destination_workload|drop_reason_desc|traffic_direction|event_type|cel_expression)"?\s*:/;
const FLAGS = /(?:^|\s)--(?:allowlist|denylist)[\s=]/;
const CEL = /\b_flow\./;

/** A `hubble observe …` command, filters as JSON or YAML, or CEL over `_flow`. */
export function looksLikeHubble(text: string): boolean {
  const start = text.slice(0, 20_000);
  if (COMMAND.test(start) || FLAGS.test(start) || CEL.test(start)) return true;
  if (!FILTER_KEY.test(start)) return false;
  return /^\s*[[{-]/.test(start) || /\n/.test(start.trim()) || /^\s*\w+:(?:\s|$)/.test(start);
}

/** Lines joined by spaces, as the query would be written on one. */
export function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}
