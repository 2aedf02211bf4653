/**
 * How much of one record is kept. Labels, DNS names and policy names are written by whoever may
 * create a pod, a name or a policy, so each list and text has a bound; what is cut shows an ellipsis.
 */

/** A message or line above this is refused as a whole. Real ones are about 1 KiB. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** Evidence above this is kept in shortened form. */
export const MAX_RAW_BYTES = 16 * 1024;

/** Entries of a list of labels, names, policies or tags. */
export const MAX_LIST = 64;

/** Characters of one text, and of a URL path. */
export const MAX_TEXT = 1024;
export const MAX_TARGET = 4096;

/** Cuts a text that is too long; the ellipsis at its end says so. */
export function cutText(text: string, max: number = MAX_TEXT): string {
  if (text.length <= max) return text;
  // Not between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

/** Cuts a list that is too long; its last entry then says how many are missing. */
export function cutList(texts: readonly string[]): readonly string[] {
  if (texts.length <= MAX_LIST) {
    return texts.some((text) => text.length > MAX_TEXT)
      ? texts.map((text) => cutText(text))
      : texts;
  }
  const kept = texts.slice(0, MAX_LIST - 1).map((text) => cutText(text));
  return [...kept, `… ${texts.length - kept.length} more`];
}
