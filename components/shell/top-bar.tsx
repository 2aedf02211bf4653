"use client";
/** The bar on every screen: product, screens, and what the screen itself puts on the right. */
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { useCaptureDoor } from "@/components/captures/capture-context";
import { addressOf, SCREENS } from "@/components/shell/screens";
import { ThemeSwitch } from "@/components/shell/theme-switch";
import { Icon } from "@/components/ui/icon";

type Props = {
  /** Of the screen, for those who find their way by headings. */
  title: string;
  children?: ReactNode;
};

export function TopBar({ title, children }: Props) {
  const path = usePathname();
  const { id, open } = useCaptureDoor();
  return (
    <header className="topbar">
      <h1 className="sr-only">{title}</h1>
      <a className="brand" href="/">
        <Icon name="lens" size={22} />
        <span className="brand-name">Droplens</span>
      </a>
      <nav className="screens" aria-label="Screens">
        {SCREENS.map((screen) => (
          <a
            key={screen.path}
            href={addressOf(screen, id)}
            aria-current={screen.path === path ? "page" : undefined}
          >
            {screen.name}
          </a>
        ))}
      </nav>
      <span className="grow" />
      {open !== null && (
        <button
          type="button"
          className="btn quiet"
          title="Open a capture: a file of Hubble's flows (c)"
          onClick={open}
        >
          <Icon name="open" size={15} />
          <span className="only-wide">Open a capture…</span>
          <span className="sr-only only-narrow">Open a capture</span>
        </button>
      )}
      {children}
      <ThemeSwitch />
    </header>
  );
}
