/** Puts a fixed element below a box, or above it where there is no room, and inside the window. */

/** In CSS pixels of the window; a point has no width and height. */
export type Rect = { left: number; top: number; width: number; height: number };

const GAP = 4;
const MARGIN = 8;

export function placeBeside(element: HTMLElement, beside: Rect): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  const { left, top } = placeOf({ width, height }, beside, {
    width: document.documentElement.clientWidth,
    height: window.innerHeight,
  });
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}

/** Where the top left corner goes. */
export function placeOf(
  size: { width: number; height: number },
  beside: Rect,
  room: { width: number; height: number },
): { left: number; top: number } {
  const below = beside.top + beside.height + GAP;
  const above = beside.top - GAP - size.height;
  const fitsBelow = below + size.height <= room.height - MARGIN;
  const top = fitsBelow || above < MARGIN ? below : above;
  const lowest = Math.max(MARGIN, room.height - MARGIN - size.height);
  const rightmost = Math.max(MARGIN, room.width - MARGIN - size.width);
  return {
    left: Math.min(Math.max(MARGIN, beside.left), rightmost),
    top: Math.min(top, lowest),
  };
}
