/** The symbols behind `Icon`, and the two hatchings: of what is expected, and of what is not known. */
import type { ReactNode } from "react";
import type { IconName } from "@/components/ui/icon";

const line = { fill: "none", stroke: "currentColor", strokeWidth: 1.4 } as const;

const SYMBOLS: Record<IconName, ReactNode> = {
  lens: (
    <>
      <path
        d="M8 1.300c2.800 3.200 4.700 5.400 4.700 8a4.700 4.700 0 0 1-9.400 0c0-2.600 1.900-4.800 4.700-8Z"
        {...line}
      />
      <circle cx="8" cy="9.400" r="1.900" fill="currentColor" />
    </>
  ),
  search: (
    <>
      <circle cx="6.800" cy="6.800" r="4.600" {...line} />
      <path d="m10.300 10.300 4 4" {...line} />
    </>
  ),
  close: <path d="m4 4 8 8m0-8-8 8" {...line} />,
  link: (
    <path
      d="m6.600 9.400 2.800-2.800M7.200 4.700l1.700-1.700a2.900 2.900 0 0 1 4.100 4.100l-1.700 1.700M8.800 11.300 7.100 13A2.900 2.900 0 0 1 3 8.900l1.700-1.700"
      {...line}
    />
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.700" {...line} />
      <path d="M8 2.300a5.700 5.700 0 0 1 0 11.400Z" fill="currentColor" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="3" {...line} />
      <path
        d="M8 1v2m0 10v2M1 8h2m10 0h2M3 3l1.400 1.400m7.200 7.200L13 13M3 13l1.400-1.400m7.200-7.200L13 3"
        {...line}
      />
    </>
  ),
  moon: (
    <path
      d="M13.300 9.600A5.800 5.800 0 0 1 6.400 2.700a5.800 5.800 0 1 0 6.900 6.900Z"
      {...line}
    />
  ),
  bookmark: <path d="M4 2.500h8v11L8 10.300l-4 3.200Z" {...line} />,
  rail: (
    <>
      <path d="M2 3h12v10H2Z" {...line} />
      <path d="M6.500 3v10" {...line} />
    </>
  ),
  down: <path d="m4 6 4 4 4-4" {...line} />,
  up: <path d="m4 10 4-4 4 4" {...line} />,
  tag: (
    <>
      <path d="M2 2.400h5.700l6 6-5.300 5.300-6.400-6.400Z" {...line} />
      <circle cx="5.200" cy="5.600" r="1.100" fill="currentColor" />
    </>
  ),
  pause: <path d="M5.500 3.500v9m5-9v9" fill="none" stroke="currentColor" strokeWidth="2.200" />,
  play: <path d="M4.500 2.800v10.400L13 8Z" fill="currentColor" />,
  copy: (
    <>
      <rect x="5.500" y="5.500" width="8" height="8" rx="1.500" {...line} />
      <path
        d="M10.500 5.500V4A1.500 1.500 0 0 0 9 2.500H4A1.500 1.500 0 0 0 2.500 4v5A1.500 1.500 0 0 0 4 10.500h1.500"
        {...line}
      />
    </>
  ),
  ok: (
    <path d="m2.800 8.600 3.500 3.500L13.200 4" fill="none" stroke="currentColor" strokeWidth="2" />
  ),
  warn: (
    <>
      <path d="M8 2.200 14.600 13.600H1.400Z" strokeLinejoin="round" {...line} />
      <path d="M8 6.400v3.300" {...line} />
      <circle cx="8" cy="11.600" r=".9" fill="currentColor" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6.200" {...line} />
      <path d="M8 7.200v4.200" fill="none" stroke="currentColor" strokeWidth="1.600" />
      <circle cx="8" cy="4.800" r=".9" fill="currentColor" />
    </>
  ),
  plug: (
    <path
      d="M5.500 1.800v3.400m5-3.400v3.400M3.300 5.200h9.400v2.300a4.700 4.700 0 0 1-9.400 0Zm4.700 7v2.600"
      {...line}
    />
  ),
  filter: (
    <path d="M2 3h12L9.400 8.500v4.700l-2.800-1.500V8.500Z" strokeLinejoin="round" {...line} />
  ),
  dropped: <rect x="2.500" y="2.500" width="11" height="11" rx="1.800" fill="currentColor" />,
  audit: (
    <rect
      x="3.200"
      y="3.200"
      width="9.600"
      height="9.600"
      rx="1.500"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.900"
    />
  ),
  expected: (
    <>
      <circle
        cx="8"
        cy="8"
        r="6"
        fill="url(#hatch-expected)"
        stroke="currentColor"
        strokeWidth="1.400"
      />
      <path
        d="m5 8.200 2.200 2.200 3.900-4.500"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.800"
      />
    </>
  ),
  infrastructure: (
    <path
      d="M10.600 1.900a3.900 3.900 0 0 0-3.500 5.300L2 12.300a1.400 1.400 0 0 0 2 2l5-5.100a3.900 3.900 0 0 0 5.100-4.800l-2.300 2.300-2.200-.2-.2-2.200 2.300-2.300a3.900 3.900 0 0 0-1.100-.1Z"
      fill="currentColor"
    />
  ),
  surge: <path d="M8 1.800 14 8.400h-3.400v5.800H5.400V8.400H2Z" fill="currentColor" />,
  new: (
    <path
      d="M8 2.200v11.600M2.200 8h11.600"
      fill="none"
      stroke="currentColor"
      strokeWidth="3.200"
    />
  ),
  ended: (
    <>
      <circle cx="8" cy="8" r="6" {...line} />
      <path d="M8 4.200V8l2.800 1.900" {...line} />
    </>
  ),
  trial: (
    <circle cx="8" cy="8" r="5.600" {...line} strokeWidth={1.6} strokeDasharray="2.200 2.200" />
  ),
  // A ring is the row, the filled part what the rule covers of it.
  "fit-exact": <circle cx="8" cy="8" r="5" fill="currentColor" />,
  "fit-part": (
    <>
      <circle cx="8" cy="8" r="5" {...line} strokeWidth={1.6} />
      <path d="M8 3a5 5 0 0 1 0 10Z" fill="currentColor" />
    </>
  ),
  "fit-broader": (
    <>
      <circle cx="8" cy="8" r="3.200" fill="currentColor" />
      <circle cx="8" cy="8" r="6.400" {...line} strokeWidth={1.5} />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" {...line} />,
  minus: <path d="M3 8h10" {...line} />,
  edit: (
    <path
      d="m2.800 13.200.700-3.200 7.200-7.200 2.500 2.500L6 12.500Z"
      strokeLinejoin="round"
      {...line}
    />
  ),
  open: <path d="M2 12.500v-9h4l1.500 1.800H13V7M2 12.500 4.200 7H15l-2.300 5.500Z" {...line} />,
  undo: <path d="M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6M6 3 2.500 6.500 6 10" {...line} />,
  history: (
    <>
      <path d="M2.600 8a5.400 5.400 0 1 0 1.600-3.900L2.500 5.800" {...line} />
      <path d="M2.400 2.400v3.500h3.500M8 5v3.200l2.200 1.400" {...line} />
    </>
  ),
  reported: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  paired: (
    <>
      <circle cx="5.700" cy="8" r="4" {...line} strokeWidth={1.6} />
      <circle cx="10.300" cy="8" r="4" {...line} strokeWidth={1.6} />
    </>
  ),
  inferred: (
    <circle cx="8" cy="8" r="5.200" {...line} strokeWidth={1.6} strokeDasharray="3.400 2.050" />
  ),
  none: (
    <>
      <path
        d="M5.200 5.600a2.800 2.800 0 1 1 4 2.500c-.9.500-1.200 1-1.200 1.900"
        {...line}
        strokeWidth={1.6}
      />
      <circle cx="8" cy="12.700" r="1.100" fill="currentColor" />
    </>
  ),
};

export function IconSprite() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        <pattern
          id="hatch-expected"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="4" height="4" className="fill-expected" opacity="0.18" />
          <rect width="1.500" height="4" className="fill-expected" />
        </pattern>
        <pattern
          id="hatch-gap"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="1.100" height="6" className="fill-gap" opacity="0.8" />
        </pattern>
        {Object.entries(SYMBOLS).map(([name, drawing]) => (
          <symbol key={name} id={`icon-${name}`} viewBox="0 0 16 16">
            {drawing}
          </symbol>
        ))}
      </defs>
    </svg>
  );
}
