/** The theme's colours as a canvas needs them: resolved, since it knows no custom properties. */
import { EDGE_FORMS } from "@/components/graph/forms";
import type { Fonts } from "@/components/graph/pen";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";

const TOKENS = {
  ground: "--surface-2",
  box: "--surface-1",
  node: "--surface-2",
  nodeDim: "--surface-3",
  line: "--line-strong",
  faint: "--line",
  control: "--control",
  text: "--text-1",
  soft: "--text-2",
  dim: "--text-3",
  accent: "--accent",
  accentWash: "--accent-wash",
} as const;

export type Palette = Record<keyof typeof TOKENS, string> & {
  states: Record<GroupState, string>;
  fonts: Fonts;
};

/** Reads the colours off an element in the page, whichever theme is on. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colourOf = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, colourOf(token)]),
  ) as Record<keyof typeof TOKENS, string>;
  const states = Object.fromEntries(
    GROUP_STATES.map((state) => [state, colourOf(EDGE_FORMS[state].token)]),
  ) as Record<GroupState, string>;
  probe.remove();
  const family = (token: string) => style.getPropertyValue(token).replace(/\s+/g, " ").trim();
  return { ...colours, states, fonts: { sans: family("--sans"), mono: family("--mono") } };
}

/** Calls back whenever the theme may have changed. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", changed);
  };
}
