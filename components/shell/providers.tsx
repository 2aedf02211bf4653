"use client";
/**
 * What every screen needs around it: the cache of what the server knows, and what opens over any
 * screen: the form that marks drops as expected, and the messages after it.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { MarkHost } from "@/components/expectations/mark-panel";
import { ExpectationNews } from "@/components/expectations/revision";
import { ToastList } from "@/components/expectations/toast-list";
import { RequestError } from "@/components/ui/fetch-json";
import { ValueMenuHost } from "@/components/values/value-menu-host";

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createClient);
  return (
    <QueryClientProvider client={client}>
      {children}
      <ExpectationNews />
      <MarkHost />
      <ToastList />
      <ValueMenuHost />
    </QueryClientProvider>
  );
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        // A refusal stays a refusal; only a failure on the way is worth another try.
        retry: (failures, error) =>
          failures < 2 &&
          (!(error instanceof RequestError) || error.status === 0 || error.status >= 500),
      },
    },
  });
}
