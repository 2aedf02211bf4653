/** What is remembered of an address, in words. The names in it are text from flows. */
import type { NameView, Served } from "@/lib/drops/view";

/** The name that a bare address is shown by; null where nothing is remembered or a flow gave one. */
export function rememberedName(served: Served | undefined): string | null {
  if (served === undefined || served.reported) return null;
  return served.names[0]?.name ?? null;
}

/** How many names the address is known to have had, the reported ones aside. */
export function countNames({ names, more }: Served): number {
  return names.length + more;
}

/** Whether the address served more than the one name that is shown. */
export function isShared(served: Served | undefined): boolean {
  if (served === undefined) return false;
  return countNames(served) > (served.reported ? 0 : 1);
}

/** `203.0.113.7 also served cnn.com and 4 others`. */
export function sharedText(served: Served): string {
  const others = served.reported ? served.names : served.names.slice(1);
  const [first] = others;
  const count = countNames(served) - (served.reported ? 0 : 1);
  if (first === undefined) return `${served.address} also served other names`;
  const rest = count - 1;
  const more = rest === 0 ? "" : ` and ${rest} ${rest === 1 ? "other" : "others"}`;
  return `${served.address} also served ${first.name}${more}`;
}

/** `from DNS of shop/web, node worker-1`: where a name was learnt. */
export function learntText({ kind, asker, node }: NameView): string {
  const who = asker === "" ? "" : kind === "dns" ? ` of ${asker}` : ` from ${asker}`;
  const how = kind === "dns" ? `from DNS${who}` : `from a drop${who}`;
  return node === "" ? how : `${how}, node ${node}`;
}
