/** What may be learnt as the name of an address, and what as an address. */

/** Letters, digits, hyphens and underscores in labels of at most 63; never a pattern. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^(?=.*:)[0-9a-f:.]{2,45}$/i;

/** Names of pods and services, and reverse look-ups: their addresses belong to others tomorrow. */
const OF_CLUSTERS = /\.(?:cluster\.local|in-addr\.arpa|ip6\.arpa)$/i;

/**
 * Whether a text is the full name of a host. A pattern (as in `fqdn:` labels, which repeat what a
 * policy asks for), a text that was cut and an address are guesses at a name and none.
 */
export function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && !IPV4.test(text) && !OF_CLUSTERS.test(text);
}

export function isAddressText(text: string): boolean {
  return IPV4.test(text) || IPV6.test(text);
}
