/** The screens there are, in the order of the bar. `key` follows `g` on the keyboard. */
export type Screen = { name: string; path: string; key: string };

export const SCREENS: readonly Screen[] = [
  { name: "Triage", path: "/", key: "t" },
  { name: "Graph", path: "/graph", key: "g" },
  { name: "Flows", path: "/flows", key: "f" },
  { name: "Expected", path: "/expected", key: "e" },
  { name: "Sources", path: "/sources", key: "s" },
];

/** `g` and a screen's key go there, from wherever one is. */
export const GO_KEYS: Readonly<Record<string, () => void>> = Object.fromEntries(
  SCREENS.map(({ key, path }) => [`g ${key}`, () => window.location.assign(path)]),
);
