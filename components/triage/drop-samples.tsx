"use client";
/** The newest drops of a group; one of them is chosen to be shown with its flows. */
import { FlowText } from "@/components/ui/flow-text";
import { formatExact } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatFineClock, formatStamp } from "@/components/ui/time-text";
import type { DropRow } from "@/lib/drops/view";

const SHOWN = 8;

type Props = {
  drops: readonly DropRow[];
  total: number;
  chosen: string | null;
  /** All of them, on Flows. */
  href: string;
  onChoose: (uuid: string) => void;
};

export function DropSamples({ drops, total, chosen, href, onChoose }: Props) {
  const { zone } = usePreferences();
  const listed = drops.slice(0, SHOWN);
  return (
    <section className="block">
      <h3>
        Drops
        <span className="block-note">
          newest {formatExact(listed.length)} of{" "}
          <a href={href} title="Every drop of this group in Flows">
            {formatExact(Math.max(total, drops.length))}
          </a>
        </span>
      </h3>
      <ul className="lines drops">
        {listed.map((drop) => {
          const timeMs = Date.parse(drop.time);
          return (
            <li key={drop.uuid}>
              <button
                type="button"
                aria-pressed={drop.uuid === chosen}
                onClick={() => onChoose(drop.uuid)}
              >
                <time className="dim" dateTime={drop.time} title={formatStamp(timeMs, zone)}>
                  {formatFineClock(timeMs, zone)}
                </time>
                <FlowText
                  className="cut grow"
                  text={`${endpoint(drop.sourceIp, drop.sourcePort)} → ${endpoint(drop.destinationIp, drop.port)}`}
                />
                <span className="dim">{kindOf(drop)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** `10.0.0.1:53`, `[2001:db8::1]:443`, or the bare address without a port. */
function endpoint(ip: string, port: number): string {
  const address = ip === "" ? "unknown" : ip;
  if (port === 0) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function kindOf(drop: DropRow): string {
  const flags = drop.tcpFlags.join(" ");
  const kind = flags === "" ? drop.protocol : flags;
  return drop.attempt === 0 ? `${kind}, retry` : kind;
}
