"use client";
/** The server is of another build than the page: said on every screen that hears of it. */
import { Banner } from "@/components/ui/banner";

export function OutdatedBanner() {
  return (
    <Banner title="Droplens was updated since this page was loaded." action={<ReloadButton />}>
      Reload it: until then some of what it shows and asks may be out of date. Its address keeps the
      view.
    </Banner>
  );
}

export function ReloadButton() {
  return (
    <button type="button" className="btn" onClick={() => window.location.reload()}>
      Reload
    </button>
  );
}
