/** What a translation to or from Hubble must tell its reader. */

export type Note = {
  /**
   * - `lost`: not translated; the result shows more than was meant.
   * - `nearest`: not quite the same; the text says how.
   * - `warning`: the result may show less than was meant, or do what few readers expect.
   * - `hint`: the same, and something worth knowing.
   */
  level: "lost" | "nearest" | "warning" | "hint";
  /** The term, flag or field it is about, as it is written; empty for the whole. */
  about: string;
  /** One or two sentences for people. */
  text: string;
};

export function note(level: Note["level"], about: string, text: string): Note {
  return { level, about, text };
}

/** The same notes, each once, in their order. */
export function distinctNotes(notes: readonly Note[]): Note[] {
  const seen = new Set<string>();
  return notes.filter(({ level, about, text }) => {
    const key = JSON.stringify([level, about, text]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
