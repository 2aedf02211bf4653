/** The screens there are, in the order of the bar. `key` follows `g` on the keyboard. */
export type Screen = { name: string; path: string; key: string };

export const SCREENS: readonly Screen[] = [{ name: "Triage", path: "/", key: "t" }];
