"use client";

import { createClient, type RemoteClient } from "@crm-engine/client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { keepApiKey, keptApiKey } from "./api-key";
import { hasRemoteCode } from "./errors/has-remote-code";
import { toastError } from "./errors/toast-error";
import { keepKeys } from "./keep-keys";
import { tellSent } from "./tell-sent";

interface Session {
  readonly engine: RemoteClient;
  /** The API asked for a key, or refused the one it was given. */
  readonly wantsKey: boolean;
  /** Kept in this tab until it is closed. */
  giveKey(key: string): void;
}

const SessionContext = createContext<Session | undefined>(undefined);
/** A read that failed is asked again so often while somebody looks. */
const RECOVER_MS = 3_000;

export function EngineProvider({ children }: { readonly children: ReactNode }) {
  const [apiKey, setApiKey] = useState(keptApiKey);
  const [wantsKey, setWantsKey] = useState(false);

  const engine = useMemo(
    () =>
      createClient({
        url: typeof window === "undefined" ? "http://localhost" : window.location.origin,
        apiKey,
        retries: 1,
        timeoutMs: 30_000,
        fetch: keepKeys(tellSent((url, init) => fetch(url, init))),
      }),
    [apiKey],
  );

  const [queries] = useState(() => {
    const onError = (error: unknown) => {
      if (hasRemoteCode(error, "unauthenticated")) setWantsKey(true);
    };
    return new QueryClient({
      queryCache: new QueryCache({ onError }),
      mutationCache: new MutationCache({
        onError: (error, _variables, _context, mutation) => {
          onError(error);
          // A form that shows its own error says so; all others are told here.
          if (!mutation.meta?.showsError) toastError(error);
        },
      }),
      defaultOptions: {
        queries: {
          retry: false,
          staleTime: 1_000,
          networkMode: "always",
          refetchInterval: (query) => (query.state.status === "error" || query.state.fetchFailureCount > 0 ? RECOVER_MS : false),
        },
        mutations: { retry: false, networkMode: "always" },
      },
    });
  });

  const session = useMemo<Session>(
    () => ({
      engine,
      wantsKey,
      giveKey: (key) => {
        keepApiKey(key);
        setApiKey(key);
        setWantsKey(false);
        void queries.resetQueries();
      },
    }),
    [engine, wantsKey, queries],
  );

  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </SessionContext>
  );
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("There is no EngineProvider above.");
  return session;
}

/** The engine, over its API. */
export function useEngine(): RemoteClient {
  return useSession().engine;
}
