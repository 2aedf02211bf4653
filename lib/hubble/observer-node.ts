/** The observing node of a record, from Hubble's `cluster/node`. */
import { cutText } from "./limits";

export type ObserverNode = { cluster: string; node: string };

const known = new Map<string, ObserverNode>();
const MAX_KNOWN = 10_000;

/** A bare node name belongs to the cluster named `default`. */
export function observerOf(nodeName: string): ObserverNode {
  const found = known.get(nodeName);
  if (found !== undefined) return found;
  const slash = nodeName.indexOf("/");
  const observer = {
    cluster: slash < 0 ? "default" : cutText(nodeName.slice(0, slash)),
    node: cutText(nodeName.slice(slash + 1)),
  };
  if (known.size >= MAX_KNOWN) known.clear();
  if (nodeName.length < 512) known.set(nodeName, observer);
  return observer;
}
