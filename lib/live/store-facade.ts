/** The store as the rest of the system has it: there or not, the same functions. */
import type { Store } from "@/lib/store/store";

/** Runs `what` on the store that is there; rejects while there is none. */
export type Through = <T>(what: (store: Store) => Promise<T>) => Promise<T>;

type Asked = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Every function goes `through`, but for those that are given in `own`. */
export function storeThrough(through: Through, own: Partial<Store>): Store {
  const functions = new Map<string, unknown>(Object.entries(own));
  const handler: ProxyHandler<Partial<Store>> = {
    get(_own, name) {
      // Whatever awaits the facade itself asks whether it is a promise.
      if (typeof name !== "string" || name === "then") return undefined;
      const known = functions.get(name);
      if (known !== undefined) return known;
      const asked = (...args: unknown[]) =>
        through((store) => {
          const one = (store as unknown as Asked)[name];
          if (one === undefined) throw new TypeError(`The store has no ${name}.`);
          return one(...args);
        });
      functions.set(name, asked);
      return asked;
    },
  };
  // All of a store's functions answer with promises, which is what makes this one a store.
  return new Proxy(own, handler) as Store;
}
