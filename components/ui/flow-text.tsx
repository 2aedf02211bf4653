/**
 * The only way text from a flow reaches the screen: as text, with control, bidi and zero-width
 * characters made visible, and kept from turning the direction of what stands beside it.
 */
import { visibleText } from "@/lib/drops/visible-text";

export function FlowText({ text, className }: { text: string; className?: string }) {
  const shown = visibleText(text);
  return (
    <bdi className={className} title={shown}>
      {shown}
    </bdi>
  );
}
