/** Waiting that ends: a process that was told to stop cannot wait for a slow disk or a long query. */

/** Settles when all of `tasks` have, or after `ms`. */
export async function settleWithin(tasks: Iterable<Promise<unknown>>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.allSettled(tasks), patience]);
  clearTimeout(timer);
}
