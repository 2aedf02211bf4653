/** Reads a whole answer of server-sent events, as `EventSource` reads a stream. Pure. */

export type ReadEvent = { name: string; data: string; id: string | null };

/** Only what ends with a blank line is an event; `id` is null where an event names none. */
export function readEvents(text: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  const blocks = text.replace(/\r\n?/g, "\n").split("\n\n");
  for (const block of blocks.slice(0, -1)) {
    let name = "message";
    let id: string | null = null;
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === "event") name = value;
      else if (field === "data") data.push(value);
      else if (field === "id") id = value;
    }
    if (data.length > 0) events.push({ name, data: data.join("\n"), id });
  }
  return events;
}
