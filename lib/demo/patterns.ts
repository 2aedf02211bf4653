/**
 * The small languages inside Hubble's flow filters: addresses, pods, names, label selectors and
 * node names. Each `compile…` throws a `FilterError` for text that Hubble refuses.
 */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { FilterError } from "./filter-error";

/** Without `/`: the same text. With: containment. */
export function compileAddress(text: string): (ip: string) => boolean {
  if (!text.includes("/")) {
    if (isIP(text) === 0) throw new FilterError(`invalid IP address in filter: ${text}`);
    return (ip) => ip === text;
  }
  if (isIP(text.split("/")[0] ?? "") === 0 || !ipaddr.isValidCIDR(text))
    throw new FilterError(`invalid CIDR in filter: ${text}`);
  const [network, bits] = ipaddr.parseCIDR(text);
  return (ip) => {
    if (isIP(ip) === 0) return false;
    const address = ipaddr.parse(ip);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}

/** `ns/prefix`, `ns/`, `/prefix`, `/`; without a slash the namespace is `default`. */
export function compileNamespacedName(text: string): (namespace: string, name: string) => boolean {
  if (text === "") throw new FilterError("invalid filter: empty pod or service name");
  const slash = text.indexOf("/");
  const wanted = slash < 0 ? "default" : text.slice(0, slash);
  const prefix = text.slice(slash + 1);
  if (wanted === "" && prefix === "") return (namespace, name) => namespace !== "" || name !== "";
  return (namespace, name) =>
    (wanted === "" || namespace === wanted) && (prefix === "" || name.startsWith(prefix));
}

/** A DNS name where `*` is any run of letters, digits, `-` and `.`; case and one final dot do not count. */
export function compileName(text: string): (name: string) => boolean {
  const pattern = compileGlob(text.toLowerCase().replace(/\.$/, ""), "FQDN");
  return (name) => pattern.test(name.toLowerCase().replace(/\.$/, ""));
}

/** `[cluster/]node`; a bare name on either side gets the cluster `default`. */
export function compileNodeName(text: string): (nodeName: string) => boolean {
  const parts = text.split("/");
  if (parts.length > 2) throw new FilterError(`invalid node name filter: ${text}`);
  const [cluster, node] = parts.length === 2 ? parts : ["default", text];
  const clusterPattern = compileGlob(cluster === "" ? "*" : (cluster ?? "*"), "node name");
  const nodePattern = node === "" ? /^/ : compileGlob(node ?? "*", "node name");
  return (nodeName) => {
    const slash = nodeName.indexOf("/");
    const ofCluster = slash < 0 ? "default" : nodeName.slice(0, slash);
    return clusterPattern.test(ofCluster) && nodePattern.test(nodeName.slice(slash + 1));
  };
}

function compileGlob(text: string, what: string): RegExp {
  if (!/^[-a-z0-9.*]+$/i.test(text)) throw new FilterError(`invalid ${what} pattern: "${text}"`);
  return new RegExp(`^${text.replaceAll(".", "\\.").replaceAll("*", "[-a-zA-Z0-9.]*")}$`);
}

/** A RE2 expression, read by JavaScript's engine, which knows all that filters commonly use. */
export function compileExpression(text: string, what: string): RegExp {
  try {
    return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
  } catch {
    throw new FilterError(`failed to compile regexp for ${what}: ${text}`);
  }
}

/** `404`, or `4+` and `40+` for what begins so. */
export function compileStatus(text: string): (code: number) => boolean {
  if (/^[1-5]\d\d$/.test(text)) return (code) => String(code) === text;
  if (!/^[1-5]\d?\+$/.test(text)) throw new FilterError(`invalid http status code: ${text}`);
  return (code) => String(code).startsWith(text.slice(0, -1));
}

export function compilePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new FilterError(`invalid port: ${text}`);
  return port;
}
