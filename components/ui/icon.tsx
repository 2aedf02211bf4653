/** The icons and marks, drawn once as symbols in the page and used by name. */

export const ICONS = [
  "lens",
  "search",
  "close",
  "link",
  "theme",
  "sun",
  "moon",
  "down",
  "up",
  "tag",
  "pause",
  "play",
  "copy",
  "ok",
  "warn",
  "info",
  "plug",
  "filter",
  "bookmark",
  "rail",
  "dropped",
  "audit",
  "expected",
  "infrastructure",
  "surge",
  "new",
  "ended",
  "trial",
  "fit-exact",
  "fit-part",
  "fit-broader",
  "plus",
  "minus",
  "edit",
  "open",
  "undo",
  "history",
  "reported",
  "paired",
  "inferred",
  "none",
] as const;
export type IconName = (typeof ICONS)[number];

type Props = { name: IconName; size?: number; className?: string; label?: string };

/** Decoration unless it has a label. */
export function Icon({ name, size = 14, className, label }: Props) {
  const href = `#icon-${name}`;
  if (label === undefined) {
    return (
      <svg width={size} height={size} className={className} aria-hidden="true">
        <use href={href} />
      </svg>
    );
  }
  return (
    <svg width={size} height={size} className={className} role="img" aria-label={label}>
      <title>{label}</title>
      <use href={href} />
    </svg>
  );
}
