/** A filter, field mask or expression a node refuses. `message` is what the node would answer. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}
