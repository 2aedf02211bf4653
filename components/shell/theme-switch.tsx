"use client";
/** System, light, dark, in turn. The script of `theme-script.ts` does the same before first paint. */
import { Icon, type IconName } from "@/components/ui/icon";
import { setPreferences, THEMES, type Theme, usePreferences } from "@/components/ui/preferences";

const ICON: Record<Theme, IconName> = { system: "theme", light: "sun", dark: "moon" };

export function ThemeSwitch() {
  const { theme } = usePreferences();
  const label = `Theme: ${theme}`;
  return (
    <button
      type="button"
      className="btn quiet icon"
      title={`${label} (t)`}
      aria-label={label}
      onClick={nextTheme.bind(null, theme)}
    >
      <Icon name={ICON[theme]} size={16} />
    </button>
  );
}

/** Chooses the theme after `theme`. */
export function nextTheme(theme: Theme): void {
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  setPreferences({ theme: next });
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}
