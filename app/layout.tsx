/** The page around every screen: theme before paint, icons, providers. */
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { IconSprite } from "@/components/ui/icon-sprite";
import { THEME_SCRIPT } from "@/components/ui/theme-script";
import { buildId } from "@/lib/http/build-id";

export const metadata: Metadata = {
  title: { default: "Triage · Droplens", template: "%s · Droplens" },
  description: "Live triage of the network flows that Cilium dropped or would have dropped.",
  icons: { icon: "/icon.svg" },
  referrer: "same-origin",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  colorScheme: "light dark",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    // The theme script changes this element before React sees it.
    <html lang="en" data-build={buildId()} suppressHydrationWarning>
      <head>
        <script
          nonce={nonce}
          // biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant, under the nonce
          dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }}
          suppressHydrationWarning
        />
      </head>
      <body>
        <IconSprite />
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
