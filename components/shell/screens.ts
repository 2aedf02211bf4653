/** The screens there are, in the order of the bar. `key` follows `g` on the keyboard. */
import { captureInAddress } from "@/components/ui/of-capture";

export type Screen = {
  name: string;
  path: string;
  key: string;
  /** It can show a capture, and goes on doing so from the next. */
  ofDrops?: true;
};

export const SCREENS: readonly Screen[] = [
  { name: "Triage", path: "/", key: "t", ofDrops: true },
  { name: "Graph", path: "/graph", key: "g", ofDrops: true },
  { name: "Flows", path: "/flows", key: "f", ofDrops: true },
  { name: "Expected", path: "/expected", key: "e" },
  { name: "Sources", path: "/sources", key: "s" },
];

/** `g` and a screen's key go there, from wherever one is. */
export const GO_KEYS: Readonly<Record<string, () => void>> = Object.fromEntries(
  SCREENS.map((screen) => [
    `g ${screen.key}`,
    () => window.location.assign(addressOf(screen, captureInAddress())),
  ]),
);

/** Where a screen is, looking at the same capture where it can. */
export function addressOf({ path, ofDrops }: Screen, capture: string | null): string {
  return ofDrops === true && capture !== null
    ? `${path}?capture=${encodeURIComponent(capture)}`
    : path;
}
