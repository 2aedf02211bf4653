/** For tests: what an export says, as text. */
import type { Export } from "./exports";

export async function textOf({ pieces }: Pick<Export, "pieces">): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    text += decoder.decode(piece.value, { stream: true });
  }
  return text;
}
