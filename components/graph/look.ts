/** How a scene is looked at: from where, and at what. */
import type { Palette } from "@/components/graph/palette";

export type Look = {
  palette: Palette;
  zoom: number;
  /** What of the layout is seen. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** Ids of nodes and edges. */
  selected: ReadonlySet<string>;
  hovered: string | null;
  /** Where the keyboard is; null while it is elsewhere. */
  cursor: string | null;
};

/** Below this zoom names cannot be read, so nodes are bars and boxes carry the words. */
export const NAMES_ZOOM = 0.58;
